import type { Context } from '../../core/context.ts'
import { isGuid } from '../../core/guid.ts'
import { objectKinds, type ObjectKind } from '../../core/object-kinds.ts'
import { readListings } from '../../graph/read-listings.ts'
import { printText } from '../../odata/print-filter.ts'
import { advancedHeaders, listingUrl, type CollectionOptions } from './collection.ts'
import type { Entity } from './listing.ts'
import { selection } from './selection.ts'

/** Values of one `in`: Graph allows about 15 comparisons in a filter. */
const namesPerRequest = 15

/** The properties that may have a name as their value, the first one first. */
const propertiesFor = (kind: ObjectKind, name: string): readonly string[] => {
  const { by, keyed } = objectKinds[kind]
  if (!isGuid(name)) return by
  return ['id', ...new Set(Object.values(keyed))].filter(property => /id$/i.test(property))
}

const isEqual = (value: unknown, name: string): boolean =>
  typeof value === 'string' && value.toLowerCase() === name.toLowerCase()

/** Finds the objects that have a name or an id. */
interface NamedObjects {
  /** For each name the objects that have it, usually one. 15 names are one request, and 20 requests one round trip. */
  find(ctx: Context, names: readonly string[]): Promise<readonly (readonly Entity[])[]>
  /** A request for names, for its cost. */
  readonly example: string
}

/** @param options select and expand what each object has */
export const namedObjects = (kind: ObjectKind, options: CollectionOptions): NamedObjects => {
  const { path } = options
  const { names: selected, lift } = options.select?.length
    ? selection(options.select, options.related)
    : { names: undefined, lift: undefined }
  const headers = options.advanced ? { headers: advancedHeaders } : {}
  const urlFor = (property: string, names: readonly string[]): string => {
    const select = selected && { select: [...new Set([...selected, property])] }
    return listingUrl(path, { ...options, ...select, filter: `${property} in (${names.map(printText).join(',')})` })
  }
  /** Without a property that was only selected to recognise the object. */
  const asSelected = (object: Entity, property: string): Entity => {
    const own = selected === undefined || selected.includes(property)
    const { [property]: _, ...rest } = object
    const kept = own ? object : (rest as Entity)
    return lift ? lift(kept) : kept
  }
  return {
    example: urlFor('id', ['']),
    async find(ctx, names) {
      const found = new Map<string, readonly Entity[]>()
      let wanted = [...new Set(names)].filter(name => name !== '')
      for (let turn = 0; wanted.length > 0; turn++) {
        const byProperty = Map.groupBy(wanted, name => propertiesFor(kind, name)[turn])
        byProperty.delete(undefined)
        const asked = [...byProperty].flatMap(([property, all]) =>
          pieces(all).map(piece => ({ property: property!, piece })),
        )
        const lists = await readListings<Entity>(
          { graph: ctx.graph, signal: ctx.signal, ...headers },
          asked.map(({ property, piece }) => urlFor(property, piece)),
        )
        for (const [nth, { property, piece }] of asked.entries())
          for (const name of piece) {
            const objects = lists[nth]!.filter(object => isEqual(object[property], name))
            if (objects.length > 0)
              found.set(
                name,
                objects.map(object => asSelected(object, property)),
              )
          }
        wanted = wanted.filter(name => !found.has(name) && propertiesFor(kind, name)[turn + 1] !== undefined)
      }
      return names.map(name => found.get(name) ?? [])
    },
  }
}

const pieces = (names: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(names.length / namesPerRequest) }, (_, at) =>
    names.slice(at * namesPerRequest, (at + 1) * namesPerRequest),
  )
