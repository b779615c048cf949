import { CsvError, parse } from 'csv-parse'
import { EntrapipeError } from '../core/errors.ts'
import { csvLayout, headBytes, type CsvLayout, type CsvLayoutOptions } from './csv-layout.ts'

/** One record of a CSV text: the cells of a line, or of several where a cell has line breaks. */
export interface CsvRecord {
  /** Line it begins on, from 1, as an editor shows it: line breaks inside cells count. */
  readonly line: number
  readonly cells: readonly string[]
  /** Index of the first cell with a zero byte in it. */
  readonly zeroIn?: number
}

interface CsvRecordOptions extends CsvLayoutOptions {
  /** Called with what stands before the first record. */
  readonly passedOver?: (what: string, line: number) => void
}

/** A row is in memory whole; a quote that is never closed would make the rest of the file one. */
const maxRecordBytes = 16 * 1024 * 1024
/** As many columns as Excel has. */
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
    'a quote (") stands inside a cell that does not begin with one; put the whole cell in quotes and double those inside',
  CSV_INVALID_CLOSING_QUOTE:
    'text follows a closing quote ("); double the quotes inside the cell, or close the one that was left open',
  CSV_QUOTE_NOT_CLOSED: 'a quote (") is opened and never closed; close it, or take it out',
  CSV_MAX_RECORD_SIZE: 'the row is longer than 16 MiB; is a quote (") not closed?',
}

const told = (error: unknown, name: string, line: number): unknown => {
  if (!(error instanceof CsvError)) return error
  const column = typeof error.column === 'number' ? error.column + 1 : undefined
  const reason = reasons[error.code] ?? error.message
  const where = `${name}, line ${line}${column === undefined ? '' : `, column ${column}`}`
  return new EntrapipeError('INPUT_MALFORMED', `${where}: ${reason}`, { cause: error, facts: { line, column } })
}

const tooManyCells = (name: string, line: number): EntrapipeError =>
  new EntrapipeError(
    'INPUT_MALFORMED',
    `${name}, line ${line}: the row has over ${maxCells} cells; is its delimiter another one, or a quote (") not closed?`,
    { facts: { line } },
  )

const parser = (delimiter: string, take: (cells: string[]) => void) => {
  const stream = parse({
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRecordBytes,
    // Answering null keeps rows out of the stream's object mode, which costs more than the parsing of a row.
    on_record: (cells: string[]) => {
      take(cells)
      return null
    },
  })
  stream.on('error', () => {}) // told by the callbacks below
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
 * Records of CSV text, some at a time (those of a chunk). Empty lines are passed over; rows may differ in length. Line
 * ends may be \n, \r\n and \r, also mixed.
 *
 * @param chunks UTF-8 without a byte order mark
 * @throws EntrapipeError `INPUT_MALFORMED` (facts: line, column) at a broken quote, a row over 16 MiB or of over 16,384 cells;
 *   `HEADER_INVALID` (facts: line) where the first lines do not tell the layout for certain
 */
export async function* csvRecords(
  chunks: AsyncIterable<Buffer>,
  { passedOver, ...options }: CsvRecordOptions,
): AsyncGenerator<CsvRecord[]> {
  const { name } = options
  let records: CsvRecord[] = []
  let line = 1
  let emptyLines = 0
  let csv: ReturnType<typeof parser> | undefined
  let head: Buffer = Buffer.alloc(0)
  // Looking into every cell is only paid for in a file that has a zero byte.
  let hasZeros = false

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
    line += 1 + breaksIn(cells)
  }
  /** The layout, as soon as the head of the file tells it. */
  const layoutOf = (isEnd: boolean): CsvLayout | undefined => {
    const isWhole = isEnd || head.length >= headBytes
    return csvLayout(head.subarray(0, headBytes).toString(), { isEnd, isWhole }, options)
  }
  const begin = async (layout: CsvLayout): Promise<void> => {
    for (const { what, line } of layout.passedOver) passedOver?.(what, line)
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
  } catch (error) {
    passEmptyLines()
    throw told(error, name, line)
  } finally {
    csv?.close()
  }
  if (records.length > 0) yield taken()
}
