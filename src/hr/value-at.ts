import type { Fields, Json } from '../core/json.ts'

/** The value at a path such as `employeeOrgData/division`; null if there is none. */
export const valueAt = (value: Fields, path: string): Json =>
  (path.split('/').reduce<unknown>((at, name) => (at as Fields | null | undefined)?.[name], value) ?? null) as Json
