import type { Entity, Kind, View } from '../directory/types.ts'
import { isGuid, type ObjectKey } from './address.ts'
import type { Call } from './call.ts'
import { faults } from './faults.ts'

/** Alternate keys, by lower-case name. */
const alternates: Readonly<Record<Kind, readonly string[]>> = {
  user: ['userPrincipalName'],
  group: ['uniqueName'],
  device: ['deviceId'],
  application: ['appId', 'uniqueName'],
  servicePrincipal: ['appId'],
  orgContact: [],
  administrativeUnit: [],
  directoryRole: ['roleTemplateId'],
}

/**
 * Finds the object that a path names by id, by UPN for users, or by an alternate key.
 *
 * @throws GraphFault 404, or 400 for an invalid id
 */
export const lookUp = ({ directory }: Call, kind: Kind, key: ObjectKey, view: View = 'direct'): Entity => {
  const collection = directory.collection(kind)
  const found = () => {
    if (key.by !== undefined && key.by.toLowerCase() !== 'id') {
      const property = alternates[kind].find(name => name.toLowerCase() === key.by?.toLowerCase())
      if (property === undefined) throw faults.segmentUnknown(`${key.by}='${key.value}'`)
      return collection.find(property, key.value, view)
    }
    if (isGuid(key.value)) return collection.get(key.value.toLowerCase(), view)
    if (kind !== 'user') throw faults.idInvalid(key.value)
    return collection.find('userPrincipalName', key.value, view)
  }
  const entity = found()
  if (!entity) throw faults.notFound(key.value)
  return entity
}
