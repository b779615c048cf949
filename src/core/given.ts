type Named<T, Absent extends boolean> = {
  [Name in keyof T]-?: undefined extends T[Name]
    ? Absent extends true
      ? Name
      : never
    : Absent extends true
      ? never
      : Name
}[keyof T]

/** `T` in which a field that may be undefined may be absent instead. */
type Given<T> = { [Name in Named<T, false>]: T[Name] } & {
  [Name in Named<T, true>]?: Exclude<T[Name], undefined>
}

/** The fields that have a value: to an option that is not given, undefined is a wrong value. */
export const given = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>
