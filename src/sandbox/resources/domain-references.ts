import type { Cursor, Entity, Kind } from '../directory/types.ts'
import type { Handler } from './call.ts'
import { faults } from './faults.ts'
import { objectWriter } from './object-writer.ts'
import { pageSize, readOptions } from './options.ts'
import { pageReply } from './paging.ts'
import { selectContext } from './schema.ts'

/** Kinds whose objects have addresses at a domain, and the properties that contain them. */
const addressed: readonly (readonly [kind: Kind, properties: readonly string[]])[] = [
  ['user', ['userPrincipalName', 'mail', 'proxyAddresses']],
  ['group', ['mail', 'proxyAddresses']],
]
/** Maximum number of slices per request. The page is then sent as it is, with a link. */
const maxSlices = 16

/**
 * Answers `GET /domains/{id}/domainNameReferences`: the users and groups with an address at the domain.
 *
 * @see https://learn.microsoft.com/graph/api/domain-list-domainnamereferences
 */
export const domainNameReferences: Handler = call => {
  const { directory, request, schema } = call
  const options = readOptions(request, ['select', 'top', 'skiptoken'])
  const id = call.keys[0]!.value.toLowerCase()
  if (!directory.domains.some(domain => domain.id.toLowerCase() === id)) throw faults.notFound(call.keys[0]!.value)
  const write = objectWriter(call, options.select, 'direct')
  const context = `directoryObjects${selectContext(schema, options.select)}`
  return pageReply(
    call,
    {
      context,
      count: () => 0,
      rows(limit, from) {
        const { k: first = 0, ...place } = from ?? {}
        const json: string[] = []
        let at = Number(first)
        let cursor: Cursor | undefined = Object.keys(place).length > 0 ? place : undefined
        for (let slices = 0; slices < maxSlices && json.length < limit; slices++) {
          const found = addressed[at]
          if (!found) return { json }
          const [kind, properties] = found
          const where = (entity: Entity): boolean => properties.some(name => isAt(entity[name], id))
          const slice = directory
            .collection(kind)
            .slice({ order: 'default', view: 'direct', where }, limit - json.length, ['id'], cursor)
          json.push(...slice.ids.flatMap(one => write({ kind, id: one }) ?? []))
          cursor = slice.cursor
          if (cursor === undefined) at++
        }
        return { json, cursor: at < addressed.length ? { k: at, ...cursor } : undefined }
      },
    },
    options,
    pageSize(options),
  )
}

const isAt = (value: unknown, domain: string): boolean =>
  Array.isArray(value)
    ? value.some(item => isAt(item, domain))
    : typeof value === 'string' && value.toLowerCase().endsWith(`@${domain}`)
