/** A column with a value of a request that is no property of the object. */
export interface OptionColumn {
  readonly type: 'String' | 'Boolean' | 'Int32' | 'DateTimeOffset'
  /** Other captions of the column. Compared without case. */
  readonly captions?: readonly string[]
}
