import { EntrapipeError } from '../core/errors.ts'
import type { ValueRules } from './cell.ts'

/** What may be set about CSV that is written. */
export interface CsvOptions {
  /** Between two cells; usually one character. @default ',' */
  readonly delimiter?: string
  /** Whether the first line names the columns. @default true */
  readonly header?: boolean
  /** A UTF-8 byte order mark first: Excel then reads umlauts as what they are. @default false */
  readonly bom?: boolean
  /**
   * Puts `'` before what a spreadsheet would take for a formula: a cell that begins with `=`, `+`, `-`, `@` (also in full
   * width), a tab or a line break, and the same signs in a cell after a line break or after a list separator that is not
   * `delimiter`. Numbers are left alone. What is read back has the `'`. @default false
   */
  readonly formulaGuard?: boolean
  /** `needed`: cells with a delimiter, a quote or a line break in them · `all`: every cell that is not empty. @default 'needed' */
  readonly quotes?: 'needed' | 'all'
  /** Line ends: `lf` (\n) or `crlf` (\r\n). @default 'lf' */
  readonly eol?: 'lf' | 'crlf'
  /**
   * For Excel, with its list separator: `;` where decimals are written 0,5, `,` where they are written 0.5. It sets `delimiter`, `bom` and
   * `eol: 'crlf'`, and texts that Excel would change (ids, telephone numbers, days, formulas) are written `="0012"`, which the
   * csv source reads as 0012.
   */
  readonly excel?: string
  /** Between the items of an array of scalars. @default ';' */
  readonly arraySeparator?: string
  /** What stands for null. @default '' */
  readonly nulls?: string
}

/** The same with every default filled in. */
export interface CsvDialect extends ValueRules {
  readonly delimiter: string
  readonly header: boolean
  readonly bom: boolean
  readonly formulaGuard: boolean
  /** Whether texts are kept from being changed by Excel. */
  readonly excel: boolean
  readonly quoteAll: boolean
  readonly eol: string
}

const refuse = (option: string, expected: string, got: unknown): never => {
  throw new EntrapipeError('OPTION_INVALID', `Expected ${option} to be ${expected}, got ${JSON.stringify(got)}`)
}

/** The line end that a word stands for. @throws EntrapipeError `OPTION_INVALID` */
export const lineEnd = (eol: 'lf' | 'crlf' = 'lf'): string =>
  eol === 'lf' ? '\n' : eol === 'crlf' ? '\r\n' : refuse('eol', "'lf' or 'crlf'", eol)

/** Excel opens a file of another kind as one column, or with wrong letters. */
const excelChecked = ({ delimiter, bom, eol }: CsvOptions, excel: unknown): void => {
  if (typeof excel !== 'string' || excel.length !== 1 || /["\r\n\0=&]/.test(excel))
    refuse('excel', "the list separator of Excel, such as ';' or ','", excel)
  if (delimiter !== undefined && delimiter !== excel) refuse('delimiter', 'the list separator of excel', delimiter)
  if (bom === false) refuse('bom', 'true with excel', bom)
  if (eol === 'lf') refuse('eol', "'crlf' with excel", eol)
}

/** @throws EntrapipeError `OPTION_INVALID` for a delimiter or separator that could not be read back */
export const csvDialect = (options: CsvOptions): CsvDialect => {
  const { excel, arraySeparator = ';', nulls = '', quotes = 'needed' } = options
  const { delimiter = excel ?? ',' } = options
  if (typeof delimiter !== 'string' || delimiter === '' || /["\r\n\0]/.test(delimiter))
    refuse('delimiter', 'some characters without a quote or a line break', delimiter)
  if (excel !== undefined) excelChecked(options, excel)
  if (typeof arraySeparator !== 'string' || arraySeparator === '' || arraySeparator.includes('\0'))
    refuse('arraySeparator', 'some text', arraySeparator)
  if (typeof nulls !== 'string' || nulls.includes('\0')) refuse('nulls', 'a text', nulls)
  if (quotes !== 'needed' && quotes !== 'all') refuse('quotes', "'needed' or 'all'", quotes)
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
