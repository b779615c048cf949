type Named<T, Absent extends boolean> = {
  [Name in keyof T]-?: undefined extends T[Name]
    ? Absent extends true
      ? Name
      : never
    : Absent extends true
      ? never
      : Name
}[keyof T]

/** `T` with optional fields in place of fields that may be undefined. */
type Given<T> = { [Name in Named<T, false>]: T[Name] } & {
  [Name in Named<T, true>]?: Exclude<T[Name], undefined>
}

/** Returns the fields that have a value. Optional options do not accept undefined. */
export const given = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>
