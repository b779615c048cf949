import { EntrapipeError } from '../../core/errors.ts'
import type { Fields, Json } from '../../core/json.ts'

/** The maximum number of objects that Graph returns for an expanded relation, without a link to the rest. */
const mostExpanded = (relation: string): number => (relation === 'registeredDevices' ? 100 : 20)

/** Relations that often exceed the maximum of `$expand`, with the command that lists all their objects. */
const listedInstead: Readonly<Record<string, (path: string) => string>> = {
  members: () => 'entrapipe export members --group <id or name>',
  transitiveMembers: () => 'entrapipe export members --group <id or name> --transitive',
  owners: path => `entrapipe export graph ${path}/<id>/owners`,
  memberOf: path => `entrapipe export graph ${path}/<id>/memberOf`,
  transitiveMemberOf: path => `entrapipe export graph ${path}/<id>/transitiveMemberOf`,
}

/**
 * Objects whose expanded relation has the maximum length: the id of the first, and whether there are others. They are not
 * counted, since Graph may return an object again.
 */
type Full = { readonly first: string; readonly others?: true; readonly relation: string }

/** Finds expanded relations that may be truncated. */
interface Expansion {
  /** The relations that are expanded. */
  readonly relations: readonly string[]
  /** Inspects the objects of a page. */
  see(objects: readonly Fields[]): void
  /** The findings so far, to save in a position; undefined if none. */
  readonly found: Json | undefined
  /** Why the listing is `unverified`; undefined if it is not. */
  readonly why: string | undefined
}

/**
 * Watches the relations of an `$expand` for truncation. Graph returns the first 20 objects and does not report the rest.
 *
 * @param path of the collection, for the command that lists a relation completely
 * @param from the findings saved in the position that the listing resumes from
 * @throws EntrapipeError `OPTION_INVALID` for members, owners and memberOf, which must be listed separately
 * @see https://learn.microsoft.com/graph/known-issues
 */
export const expansion = (expand: string, path: string, from?: Json): Expansion => {
  const relations = relationsIn(expand)
  for (const relation of relations) {
    const command = Object.hasOwn(listedInstead, relation) ? listedInstead[relation] : undefined
    if (command)
      throw new EntrapipeError(
        'OPTION_INVALID',
        `Graph returns at most ${mostExpanded(relation)} ${relation} with $expand and does not report that there are more.`,
        { fix: `Use \`${command(path)}\` to list all of them.` },
      )
  }
  let full = from as Full | undefined
  return {
    relations,
    see(objects) {
      for (const object of objects)
        for (const relation of relations)
          if (isFull(object, relation)) full = withObject(full, String(object['id']), relation)
    },
    get found() {
      return full
    },
    get why() {
      if (!full) return undefined
      const others = full.others ? ' and of other objects' : ''
      return `Graph returned ${mostExpanded(full.relation)} ${full.relation} of ${full.first}${others}. This is the maximum of $expand, so some may be missing`
    },
  }
}

const withObject = (full: Full | undefined, id: string, relation: string): Full => {
  if (!full) return { first: id, relation }
  return full.first === id ? full : { ...full, others: true }
}

/** The relations in an `$expand`: `a` and `d` for `a($select=b,c),d`. */
const relationsIn = (expand: string): readonly string[] => {
  let outside = expand
  for (let inside = ''; inside !== outside;) {
    inside = outside
    outside = inside.replace(/\([^()]*\)/g, '')
  }
  return outside
    .split(',')
    .map(name => name.trim().split('/')[0]!)
    .filter(name => name !== '')
}

const isFull = (object: Fields, relation: string): boolean => {
  const items = object[relation]
  return (Array.isArray(items) && items.length === mostExpanded(relation)) || `${relation}@odata.nextLink` in object
}
