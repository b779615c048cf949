import { faults } from './faults.ts'
import { parsedSelect } from './schema.ts'

/** Names of properties by their lower case. */
export const byLowerCase = (names: Iterable<string>): ReadonlyMap<string, string> =>
  new Map([...names].map(name => [name.toLowerCase(), name]))

/**
 * The properties of a `$select` as the schema spells them, whatever its case; undefined for all of them.
 *
 * @throws GraphFault 400 for an unknown property
 */
export const plainSelect = (
  select: string | undefined,
  type: string,
  known: ReadonlyMap<string, string>,
): { readonly names: readonly string[] | undefined; readonly spelled: readonly string[] } => {
  if (select === undefined) return { names: undefined, spelled: [] }
  const asked = parsedSelect(select).map(path => {
    const [first = '', ...rest] = path.split('/')
    const name = first === '*' ? first : known.get(first.toLowerCase())
    if (name === undefined) throw faults.propertyUnknown(path, `microsoft.graph.${type}`)
    return { name, path: [name, ...rest].join('/') }
  })
  const names = [...new Set(asked.map(({ name }) => name))]
  return { names: names.includes('*') ? undefined : names, spelled: asked.map(({ path }) => path) }
}
