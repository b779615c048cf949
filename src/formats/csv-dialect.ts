import { EntrapipeError } from '../core/errors.ts'
import type { ValueRules } from './cell.ts'

/** Options for writing CSV. */
export interface CsvOptions {
  /** Separates cells; usually one character. @default ',' */
  readonly delimiter?: string
  /** Whether to write a header line. @default true */
  readonly header?: boolean
  /** Whether the file begins with a UTF-8 byte order mark, which makes Excel read it as UTF-8. @default false */
  readonly bom?: boolean
  /**
   * Prefixes text that a spreadsheet would run as a formula with `'`: a cell that begins with `=`, `+`, `-`, `@` (also in
   * full width), a tab or a line break, and the same characters inside a cell after a line break or after a list separator
   * other than `delimiter`. Numbers are not changed. The `'` stays when the file is read back. @default false
   */
  readonly formulaGuard?: boolean
  /** `needed`: quotes cells that contain a delimiter, a quote or a line break · `all`: quotes every cell that is not empty. @default 'needed' */
  readonly quotes?: 'needed' | 'all'
  /** Line ends: `lf` (\n) or `crlf` (\r\n). @default 'lf' */
  readonly eol?: 'lf' | 'crlf'
  /**
   * Writes the file for Excel with this list separator: `;` where decimals are written 0,5, `,` where they are written
   * 0.5. Sets `delimiter`, `bom` and `eol: 'crlf'`. Text that Excel would change (ids, telephone numbers, dates, formulas)
   * is written as `="0012"`, which the csv source reads as 0012.
   */
  readonly excel?: string
  /** Between the items of an array of scalars. @default ';' */
  readonly arraySeparator?: string
  /** Written for null. @default '' */
  readonly nulls?: string
}

/** `CsvOptions` with defaults applied. */
export interface CsvDialect extends ValueRules {
  readonly delimiter: string
  readonly header: boolean
  readonly bom: boolean
  readonly formulaGuard: boolean
  /** Whether text is protected from being changed by Excel. */
  readonly excel: boolean
  readonly quoteAll: boolean
  readonly eol: string
}

const invalid = (option: string, expected: string, got: unknown): never => {
  throw new EntrapipeError('OPTION_INVALID', `Expected ${option} to be ${expected}, got ${JSON.stringify(got)}`)
}

/** The characters of a line end. @throws EntrapipeError `OPTION_INVALID` */
export const lineEnd = (eol: 'lf' | 'crlf' = 'lf'): string =>
  eol === 'lf' ? '\n' : eol === 'crlf' ? '\r\n' : invalid('eol', "'lf' or 'crlf'", eol)

/** Otherwise Excel opens the file as one column, or with wrong characters. */
const excelChecked = ({ delimiter, bom, eol }: CsvOptions, excel: unknown): void => {
  if (typeof excel !== 'string' || excel.length !== 1 || /["\r\n\0=&]/.test(excel))
    invalid('excel', "Excel's list separator, such as ';' or ','", excel)
  if (delimiter !== undefined && delimiter !== excel) invalid('delimiter', 'the same as excel', delimiter)
  if (bom === false) invalid('bom', 'true with excel', bom)
  if (eol === 'lf') invalid('eol', "'crlf' with excel", eol)
}

/** @throws EntrapipeError `OPTION_INVALID` for options whose output could not be read back */
export const csvDialect = (options: CsvOptions): CsvDialect => {
  const { excel, arraySeparator = ';', nulls = '', quotes = 'needed' } = options
  const { delimiter = excel ?? ',' } = options
  if (excel !== undefined) excelChecked(options, excel)
  if (typeof delimiter !== 'string' || delimiter === '' || /["\r\n\0]/.test(delimiter))
    invalid('delimiter', 'text without a quote or a line break', delimiter)
  if (typeof arraySeparator !== 'string' || arraySeparator === '' || arraySeparator.includes('\0'))
    invalid('arraySeparator', 'text', arraySeparator)
  if (typeof nulls !== 'string' || nulls.includes('\0')) invalid('nulls', 'text', nulls)
  if (quotes !== 'needed' && quotes !== 'all') invalid('quotes', "'needed' or 'all'", quotes)
  return {
    delimiter,
    arraySeparator,
    nulls,
    quoteAll: quotes === 'all',
    header: options.header ?? true,
    bom: options.bom ?? excel !== undefined,
    excel: excel !== undefined,
    formulaGuard: options.formulaGuard ?? false,
    eol: lineEnd(options.eol ?? (excel === undefined ? 'lf' : 'crlf')),
  }
}
