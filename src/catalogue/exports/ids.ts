import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'
import { objectKinds } from '../../core/object-kinds.ts'
import { withErrors } from '../../core/with-errors.ts'
import { hasFormat } from '../../formats/format-of.ts'
import { isCode, EntrapipeError } from '../../core/errors.ts'
import { listed, type ListedKind } from '../../sources/listed.ts'
import type { Entity } from '../../sources/graph/listing.ts'
import { names } from '../../sources/names.ts'
import { rowSource } from '../row-source.ts'
import type { ExportParams } from './export-params.ts'

/**
 * The objects that the list of `--ids` names. A file whose ending shows no format, and stdin, have a name on each line.
 *
 * @throws EntrapipeError as `listed`
 */
export const idsSource = (
  kind: ListedKind,
  from: string,
  { idsFormat, idsColumn, allowEmpty }: Pick<ExportParams, 'idsFormat' | 'idsColumn' | 'allowEmpty'>,
  listing: { readonly select?: readonly string[]; readonly expand?: string },
): Source<Entity> => {
  const format = idsFormat ?? (from !== '-' && hasFormat(from) ? undefined : 'lines')
  const rows: Source<Fields> =
    format === 'lines'
      ? names({ from })
      : emptyIsNoRows(rowSource({ from, ...given({ fromFormat: format }), trailer: false, option: '--ids' }))
  const source = listed({ kind, names: rows, ...given({ column: idsColumn, allowEmpty }), ...listing })
  return withErrors(source, error => {
    if (isCode(error, 'COLUMN_UNKNOWN')) return advised(error, 'Name the column with --ids-column.')
    if (isCode(error, 'INPUT_INCOMPLETE')) return empty(error, kind, from)
    if (format === 'lines' && isCode(error, 'INPUT_MALFORMED') && 'line' in (error as EntrapipeError).facts)
      return advised(error, 'For JSON lines add --ids-format jsonl, for CSV --ids-format csv.')
    return error
  })
}

/** Of a CSV file without even a header, which is what PowerShell's `Export-Csv` makes of nothing. */
const emptyIsNoRows = (source: Source<Fields>): Source<Fields> => ({
  ...source,
  async *read(...args) {
    try {
      yield* source.read(...args)
    } catch (error) {
      if (!isCode(error, 'HEADER_INVALID') || (error as EntrapipeError).facts['empty'] !== true) throw error
    }
  },
})

const empty = ({ code, facts }: EntrapipeError, kind: ListedKind, from: string): EntrapipeError =>
  new EntrapipeError(
    code,
    `${from === '-' ? 'stdin' : from} has no rows, so --ids names no ${objectKinds[kind].word}. Nothing was exported.`,
    { facts, fix: 'Did the command that wrote it fail? If no rows are what you want, add --allow-empty.' },
  )

const advised = (error: unknown, fix: string): EntrapipeError => {
  const { code, message, facts } = error as EntrapipeError
  return new EntrapipeError(code, message, { cause: error, facts, fix })
}
