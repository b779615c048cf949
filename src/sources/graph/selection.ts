import type { Fields } from '../../core/json.ts'

/** The `$select` for named columns, and how to read their values from the response. */
interface Selection {
  /** Properties for `$select`, including the id. */
  readonly names: readonly string[]
  /** Columns that are part of a property: `employeeOrgData/division`. */
  readonly paths: readonly string[]
  /** Replaces properties by the columns of their paths; undefined without paths. */
  readonly lift: (<T extends Fields>(object: T) => T) | undefined
}

/**
 * For a path, selects the property that it leads into and returns the value as a column named like the path. In a listing
 * Graph cannot select a part of a property. Annotations (`@odata.type`) are returned without being selected.
 *
 * @param related columns from expanded relations, which are not selected
 * @see https://github.com/microsoftgraph/microsoft-graph-explorer-v4/issues/2928
 */
export const selection = (select: readonly string[], related: readonly string[] = []): Selection => {
  const columns = select.filter(name => !name.startsWith('@'))
  const paths = [...columns, ...related].filter(isPath)
  const whole = new Set([...columns, ...related].filter(name => !isPath(name)))
  const wanted = new Set(columns.map(name => (isPath(name) ? firstOf(name) : name)))
  // The id is the key of a row, and identifies repeated rows.
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

/** A cast (`microsoft.graph.user/mail`) is not a path into a property. */
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
