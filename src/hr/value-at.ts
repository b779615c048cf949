import type { Fields, Json } from '../core/json.ts'
import type { Values } from '../core/operation.ts'

/** The value at a path such as `employeeOrgData/division`; null if there is none. */
export const valueAt = (value: Fields, path: string): Json =>
  (path.split('/').reduce<unknown>((at, name) => (at as Fields | null | undefined)?.[name], value) ?? null) as Json

/** Properties of an account as objects, from their paths. */
export const byRoot = (wanted: Values): Values => {
  const found: Record<string, Json> = {}
  for (const [path, value] of Object.entries(wanted)) {
    const [root, member] = path.split('/') as [string, string | undefined]
    found[root] = member === undefined ? value : { ...(found[root] as Values | undefined), [member]: value }
  }
  return found
}
