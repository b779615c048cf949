import { faults } from './faults.ts'
import { parsedSelect } from './schema.ts'

/** Maps names of properties in lower case to their spelling. */
export const byLowerCase = (names: Iterable<string>): ReadonlyMap<string, string> =>
  new Map([...names].map(name => [name.toLowerCase(), name]))

/**
 * Returns the properties of a `$select` as the schema spells them, ignoring case; undefined for all properties.
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
