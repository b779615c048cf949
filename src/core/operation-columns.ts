import type { NameKind, ObjectKind } from './object-kinds.ts'

/** The columns that rows of an operation may have. Files, templates and messages are made from it. */
export interface OperationColumns {
  /**
   * Values that name an object or are no property, with the captions that people use for them. The last one is the
   * object of the row, which `--key` is about.
   */
  readonly names: { readonly [value: string]: NameColumn }
  /** Values of the request that are no properties of the object. Their names are columns. */
  readonly options?: { readonly [value: string]: OptionColumn }
  /** The writable properties of this type are columns, too. */
  readonly properties?: ObjectKind
  /** Columns of exports and reports that say more about a row, and that are not used: compared without case. */
  readonly aside?: readonly string[]
  /** Properties that a row must have. */
  readonly required?: readonly string[]
}

/** A column with the name of an object. */
export interface NameColumn {
  readonly as: NameKind
  /** Other captions of the column, besides the value's own name. Compared without case. */
  readonly captions: readonly string[]
  /** Captions of columns whose cells are looked up by this property alone: `deviceId`. */
  readonly keyed?: Readonly<Record<string, string>>
  /** @default true */
  readonly required?: boolean
  readonly about: string
}

/** A column with a value of a request that is no property of the object. */
interface OptionColumn {
  readonly type: 'String' | 'Boolean' | 'Int32' | 'DateTimeOffset'
  /** Other captions of the column. Compared without case. */
  readonly captions?: readonly string[]
  /** The option that this is another column of: files may have both. Messages only name that one. */
  readonly of?: string
}
