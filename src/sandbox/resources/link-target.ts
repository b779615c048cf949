import { isFields } from '../../core/json.ts'
import type { Reference } from '../directory/types.ts'
import { isGuid, type ObjectKey } from './address.ts'
import type { Call } from './call.ts'
import { faults } from './faults.ts'
import { groupFaults } from './group-faults.ts'
import { lookUp } from './lookup.ts'
import { namedObject, type NamedObject } from './reference-address.ts'

/** The object that the body of `POST …/$ref` names. @throws GraphFault 400 */
export const namedTarget = ({ request: { body, root } }: Call): NamedObject => {
  if (!isFields(body)) throw groupFaults.bodyMissing()
  const named = namedObject(body['@odata.id'], root)
  if (!named) throw groupFaults.referenceInvalid()
  return named
}

/**
 * Finds an object that a request links to.
 *
 * @throws GraphFault 404, or 400 for an object that is created but not replicated yet, as documented for new groups
 */
export const targetOf = (call: Call, { kind, key }: NamedObject): Reference => {
  const found = isGuid(key.value) && key.by === undefined ? call.directory.locate(key.value.toLowerCase()) : undefined
  if (found && (kind === undefined || found.kind === kind)) return found
  if (isNotReplicated(call, key)) throw groupFaults.notReplicated()
  if (!kind) throw faults.notFound(key.value)
  return { kind, id: lookUp(call, kind, key).id }
}

/** The object that a path names after a relation. @throws GraphFault 400, 404 */
export const linkedTarget = ({ directory, keys }: Call): Reference => {
  const { value } = keys[1]!
  if (!isGuid(value)) throw faults.idInvalid(value)
  const found = directory.locate(value.toLowerCase())
  if (!found) throw faults.notFound(value)
  return found
}

/** Whether an object is created, and no reply shows it yet. */
export const isNotReplicated = ({ directory }: Call, { value }: ObjectKey): boolean =>
  isGuid(value) && !directory.locate(value.toLowerCase()) && directory.locate(value, 'truth') !== undefined
