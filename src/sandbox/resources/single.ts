import type { Kind } from '../directory/types.ts'
import { isGuid } from './address.ts'
import type { Handler } from './call.ts'
import { expandedContext, expander } from './expand.ts'
import { faults } from './faults.ts'
import { lookUp } from './lookup.ts'
import { objectWriter } from './object-writer.ts'
import { readOptions } from './options.ts'
import { entityReply, jsonReply } from './replies.ts'
import { selectContext, written } from './schema.ts'
import { kindOfType, typeFacts } from './type-facts.ts'

/** Answers `GET /users/{id}` and similar routes. */
export const single =
  (kind: Kind): Handler =>
  call => {
    const options = readOptions(call.request, ['select', 'expand', 'count'])
    const columns = call.schema.columns(kind, options.select, call.request.caller, 'single')
    if (columns.names.includes('signInActivity') && !isGuid(call.keys[0]!.value)) throw faults.keyNeedsGuid()
    const expand = expander(call, kind, options, 'single')
    const entity = lookUp(call, kind, call.keys[0]!)
    const json = written(call.directory.collection(kind), entity, columns)
    const context = `${typeFacts[kind].set}${expandedContext(columns.context, expand)}/$entity`
    return entityReply(call.request.root, context, expand ? expand.add(json, entity.id) : json)
  }

/** Answers `GET /directoryObjects/{id}`: an object of any kind, with `@odata.type`. */
export const directoryObject: Handler = call => {
  const options = readOptions(call.request, ['select'])
  const id = call.keys[0]!.value
  if (!isGuid(id)) throw faults.idInvalid(id)
  const reference = call.directory.locate(id.toLowerCase())
  const wanted = call.type === undefined ? reference?.kind : kindOfType(call.type)
  if (!reference || reference.kind !== wanted) throw faults.notFound(id)
  const json = objectWriter(call, options.select, 'direct')(reference)
  if (json === undefined) throw faults.notFound(id)
  return entityReply(call.request.root, `directoryObjects${selectContext(call.schema, options.select)}/$entity`, json)
}

/** Answers `GET /users/{id}/manager` and `…/manager/$ref`. */
export const managerOf =
  (addresses = false): Handler =>
  call => {
    const options = readOptions(call.request, ['select'])
    const user = lookUp(call, 'user', call.keys[0]!)
    const [manager] = call.directory.related('user', user.id, 'manager', 1).references
    if (!manager) throw faults.notFound('manager')
    const { root } = call.request
    if (addresses)
      return jsonReply(
        JSON.stringify({
          '@odata.context': `${root}/$metadata#$ref`,
          '@odata.id': `${root}/directoryObjects/${manager.id}`,
        }),
      )
    const json = objectWriter(call, options.select, 'direct')(manager)
    if (json === undefined) throw faults.notFound('manager')
    return entityReply(root, `directoryObjects${selectContext(call.schema, options.select)}/$entity`, json)
  }
