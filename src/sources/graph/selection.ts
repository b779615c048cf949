import type { Fields } from '../../core/json.ts'

/** What is asked for where columns are named, and how their values are found in what comes. */
interface Selection {
  /** For `$select`: properties, the id among them. */
  readonly names: readonly string[]
  /** Columns that are parts of a property: `employeeOrgData/division`. */
  readonly paths: readonly string[]
  /** Puts what a path leads to under the path's name, in place of the property that it is a part of; undefined without paths. */
  readonly lift: (<T extends Fields>(object: T) => T) | undefined
}

/**
 * A path asks for the property that it leads into, and its value becomes a column of the path's name: in a listing Graph
 * knows no way to select a part of a property. Annotations (`@odata.type`) come without being asked for.
 *
 * @param related columns that are expanded relations, or lead into one: they come without `$select`
 * @see https://github.com/microsoftgraph/microsoft-graph-explorer-v4/issues/2928
 */
export const selection = (select: readonly string[], related: readonly string[] = []): Selection => {
  const columns = select.filter(name => !name.startsWith('@'))
  const paths = [...columns, ...related].filter(isPath)
  const whole = new Set([...columns, ...related].filter(name => !isPath(name)))
  const wanted = new Set(columns.map(name => (isPath(name) ? firstOf(name) : name)))
  // The id is the key of a row, and tells a row that comes again.
  const names = [...(wanted.has('id') ? [] : ['id']), ...wanted]
  if (paths.length === 0) return { names, paths, lift: undefined }
  const parents = [...new Set(paths.map(firstOf))].filter(name => !whole.has(name))
  const lift = <T extends Fields>(object: T): T => {
    const lifted: Record<string, unknown> = { ...object }
    for (const name of parents) delete lifted[name]
    for (const path of paths) lifted[path] = valueAt(object, path.split('/'))
    return lifted as T
  }
  return { names, paths, lift }
}

/** A cast (`microsoft.graph.user/mail`) is no path into a property. */
const isPath = (name: string): boolean => /^[^./]+\//.test(name)

const firstOf = (path: string): string => path.slice(0, path.indexOf('/'))

const valueAt = (object: unknown, path: readonly string[]): unknown => {
  let at = object
  for (const name of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return null
    at = (at as Fields)[name]
  }
  return at ?? null
}
