/** Where a cell goes: a property, or a member of a complex property. */
export interface Target {
  /** `['department']`, `['employeeOrgData', 'division']`. */
  readonly path: readonly string[]
  /** As in the schema: `String`, `Boolean`, a complex type …; `Any` for an extension. */
  readonly type: string
  readonly collection: boolean
  /** The cell is the only item of the list. */
  readonly isItem?: boolean
  /** The cell, Yes or No, is the negation of the property. */
  readonly isInverted?: boolean
  /** The column is from a file of the portal, where people write Yes and No. */
  readonly isPortal?: boolean
}

/** A path as it is written in a header: `employeeOrgData/division`. */
export const written = ({ path }: Pick<Target, 'path'>): string => path.join('/')

/** Whether one is the other, or a part of it. */
export const overlap = (one: Target, other: Target): boolean => {
  const [short, long] = one.path.length <= other.path.length ? [one.path, other.path] : [other.path, one.path]
  return short.every((name, at) => long[at] === name)
}
