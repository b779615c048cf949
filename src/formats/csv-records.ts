import { CsvError, parse } from 'csv-parse'
import { EntrapipeError } from '../core/errors.ts'
import { csvLayout, headBytes, type CsvLayout, type CsvLayoutOptions } from './csv-layout.ts'

/** A CSV record: the cells of one line, or of several if a cell contains line breaks. */
export interface CsvRecord {
  /** Line that the record begins on, from 1, as an editor shows it: line breaks inside cells count. */
  readonly line: number
  readonly cells: readonly string[]
  /** Index of the first cell that contains a zero byte. */
  readonly zeroIn?: number
  /** Whether the text ends within its line: it may be cut off. */
  readonly isUnended?: boolean
  /** What is wrong with the record itself, in words that follow the line. */
  readonly fault?: string
}

interface CsvRecordOptions extends CsvLayoutOptions {
  /** Called for each line before the first record. */
  readonly ignored?: (what: string, line: number) => void
}

/** A record is held in memory. An unclosed quote would otherwise make the rest of the file one record. */
const maxRecordBytes = 16 * 1024 * 1024
const quote = 34
const lineEnds: readonly (number | undefined)[] = [10, 13]
/** Excel's maximum number of columns. */
const maxCells = 16_384

const breaksIn = (cells: readonly string[]): number => {
  let breaks = 0
  for (const cell of cells)
    if (cell.includes('\n') || cell.includes('\r'))
      for (let at = 0; at < cell.length; at++)
        if (cell[at] === '\n' || (cell[at] === '\r' && cell[at + 1] !== '\n')) breaks++
  return breaks
}

const reasons: Readonly<Record<string, string>> = {
  INVALID_OPENING_QUOTE:
    'unexpected quote (") inside an unquoted cell. Quote the whole cell and double the quotes inside it',
  CSV_INVALID_CLOSING_QUOTE:
    'unexpected text after a closing quote ("). Double the quotes inside the cell, or close the open quote',
  CSV_QUOTE_NOT_CLOSED: 'the closing quote (") is missing. Close the quote, or remove it',
  CSV_MAX_RECORD_SIZE: 'the row is longer than 16 MiB. Is a closing quote (") missing?',
}

const unquotedFormula =
  'the cell is a formula such as ="0012" without quotes around it. Quote the cell and double the quotes inside it, as --excel writes it: "=""0012""". It is then read as the text 0012'

const told = (error: unknown, name: string, line: number): unknown => {
  if (!(error instanceof CsvError)) return error
  const column = typeof error.column === 'number' ? error.column + 1 : undefined
  const isFormula = error.code === 'INVALID_OPENING_QUOTE' && String(error['field']) === '='
  const reason = isFormula ? unquotedFormula : (reasons[error.code] ?? error.message)
  const where = `${name}, line ${line}${column === undefined ? '' : `, column ${column}`}`
  return new EntrapipeError('INPUT_MALFORMED', `${where}: ${reason}`, { cause: error, facts: { line, column } })
}

const tooManyCells = (name: string, line: number): EntrapipeError =>
  new EntrapipeError(
    'INPUT_MALFORMED',
    `${name}, line ${line}: the row has more than ${maxCells} cells. Add the missing closing quote ("), or set \`delimiter\``,
    { facts: { line } },
  )

const parser = (delimiter: string, take: (cells: string[]) => void) => {
  const stream = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRecordBytes,
    // Returning null keeps records out of the stream's object mode, which costs more than parsing them.
    on_record: (cells: string[]) => {
      take(cells)
      return null
    },
  })
  stream.on('error', () => {}) // handled by the callbacks below
  stream.resume()
  return {
    emptyLines: () => stream.info.empty_lines,
    push: (chunk: Buffer) =>
      new Promise<void>((resolve, reject) => stream.write(chunk, error => (error ? reject(error) : resolve()))),
    end: () =>
      new Promise<void>((resolve, reject) => {
        stream.once('error', reject)
        stream.end((error?: Error | null) => (error ? reject(error) : resolve()))
      }),
    close: () => stream.destroy(),
  }
}

/**
 * Parses CSV text to records, in batches (those of a chunk). Empty lines are ignored. Records may differ in length. Line
 * ends may be \n, \r\n and \r, also mixed.
 *
 * @param chunks UTF-8 without a byte order mark
 * @throws EntrapipeError `INPUT_MALFORMED` (facts: line, column) for invalid quotes and for a row over 16 MiB or 16,384
 *   cells; `HEADER_INVALID` (facts: line) if the layout is ambiguous
 */
export async function* csvRecords(
  chunks: AsyncIterable<Buffer>,
  { ignored, ...options }: CsvRecordOptions,
): AsyncGenerator<CsvRecord[]> {
  const { name } = options
  let records: CsvRecord[] = []
  let line = 1
  let emptyLines = 0
  let csv: ReturnType<typeof parser> | undefined
  let head: Buffer = Buffer.alloc(0)
  // Cells are only searched in a file that contains a zero byte, or a quote: only a quoted cell has line breaks.
  let hasZeros = false
  let hasQuotes = false
  let lastByte: number | undefined

  const passEmptyLines = (): void => {
    const now = csv?.emptyLines() ?? 0
    line += now - emptyLines
    emptyLines = now
  }
  const take = (cells: string[]): void => {
    passEmptyLines()
    if (cells.length > maxCells) throw tooManyCells(name, line)
    const zeroIn = hasZeros ? cells.findIndex(cell => cell.includes('\0')) : -1
    records.push(zeroIn < 0 ? { line, cells } : { line, cells, zeroIn })
    line += hasQuotes ? 1 + breaksIn(cells) : 1
  }
  /** The layout, once enough of the file has been read. */
  const layoutOf = (isEnd: boolean): CsvLayout | undefined => {
    const isWhole = isEnd || head.length >= headBytes
    return csvLayout(head.subarray(0, headBytes).toString(), { isEnd, isWhole }, options)
  }
  const begin = async (layout: CsvLayout): Promise<void> => {
    for (const { what, line } of layout.ignored) ignored?.(what, line)
    line += layout.skippedLines
    csv = parser(layout.delimiter, take)
    if (head.length > layout.skippedBytes) await csv.push(head.subarray(layout.skippedBytes))
  }
  const taken = (): CsvRecord[] => {
    const some = records
    records = []
    return some
  }

  try {
    for await (const chunk of chunks) {
      hasZeros ||= chunk.includes(0)
      hasQuotes ||= chunk.includes(quote)
      lastByte = chunk.at(-1) ?? lastByte
      if (csv) await csv.push(chunk)
      else {
        head = head.length === 0 ? chunk : Buffer.concat([head, chunk])
        const layout = layoutOf(false)
        if (!layout) continue
        await begin(layout)
      }
      if (records.length > 0) yield taken()
    }
    if (!csv) await begin(layoutOf(true)!)
    await csv!.end()
    const last = records.at(-1)
    if (last && !lineEnds.includes(lastByte)) records[records.length - 1] = { ...last, isUnended: true }
  } catch (error) {
    passEmptyLines()
    throw told(error, name, line)
  } finally {
    csv?.close()
  }
  if (records.length > 0) yield taken()
}
