import { EntrapipeError } from '../core/errors.ts'
import { delimiterOf } from './csv-delimiter.ts'
import { hasAll } from './csv-header.ts'
import { delimiters, isTypeLine, isVersionLine, separatorOf } from './csv-marks.ts'
import { cellsOf, filledWidth, sampleRecords, type SampleRecord } from './csv-sample.ts'

/** What is known about the layout of a CSV file. */
export interface CsvLayoutOptions {
  /** Name of the input, for messages. */
  readonly name: string
  readonly delimiter?: string | undefined
  /** Whether the file has a header line. @default true */
  readonly header?: boolean | undefined
  /** With a header, the wanted columns; without, all columns. */
  readonly columns?: readonly string[] | undefined
  /** Line number of the header; lines above it are ignored. */
  readonly headerLine?: number | undefined
}

/** The layout of a CSV file, detected from its first lines. */
export interface CsvLayout {
  readonly delimiter: string
  /** Lines and bytes before the first record. */
  readonly skippedLines: number
  readonly skippedBytes: number
  /** What these lines are. */
  readonly ignored: readonly { readonly what: string; readonly line: number }[]
}

/** The number of bytes to inspect. */
export const headBytes = 64 * 1024
/** The number of rows to inspect after the header. */
const mostRows = 20
/** The largest number of lines above the header. */
const mostAbove = 20

const invalid = (message: string, line: number): EntrapipeError =>
  new EntrapipeError('HEADER_INVALID', message, { facts: { line } })

/**
 * The index of the record that has the wanted columns, if all records above it have fewer cells. Otherwise 0, so that the
 * error is about the first record. Undefined if more records are needed.
 */
const wantedAt = (
  records: readonly SampleRecord[],
  isWhole: boolean,
  { columns, delimiter: given }: CsvLayoutOptions,
): number | undefined => {
  if (!columns) return 0
  const tried = given === undefined ? delimiters : [given]
  for (const [at, { text }] of records.slice(0, mostAbove).entries())
    for (const delimiter of tried) {
      const cells = cellsOf(text, delimiter)
      if (!hasAll(cells, columns)) continue
      const isAbove = records
        .slice(0, at)
        .every(record => filledWidth(cellsOf(record.text, delimiter)) < filledWidth(cells))
      return isAbove ? at : 0
    }
  return isWhole || records.length >= mostAbove ? 0 : undefined
}

/**
 * Detects the layout from the first records: the delimiter and the position of the header. Does not guess if ambiguous.
 *
 * @param isEnd whether the file ends where the text ends
 * @param isWhole whether nothing more can be inspected
 * @returns undefined if more records are needed
 * @throws EntrapipeError `HEADER_INVALID` (facts: line) if ambiguous; the message names the option to set
 */
export const csvLayout = (
  text: string,
  { isEnd, isWhole = isEnd }: { readonly isEnd: boolean; readonly isWhole?: boolean },
  options: CsvLayoutOptions,
): CsvLayout | undefined => {
  const { name, header = true, headerLine } = options
  const lineByLine = headerLine === undefined ? 0 : headerLine - 1
  const records = sampleRecords(text, { isWhole: isEnd, most: lineByLine + mostAbove + mostRows + 3, lineByLine })
  const ignored: { what: string; line: number }[] = []
  let from = 0
  let said: string | undefined

  const [first] = records
  const separator = first && separatorOf(first.text)
  if (separator === 'doubtful' && options.delimiter === undefined)
    throw invalid(
      `Line ${first!.line} of ${name} is ${JSON.stringify(first!.text.trim())}, which is ambiguous. Set \`delimiter\``,
      first!.line,
    )
  if (separator !== undefined) {
    if (separator !== 'doubtful') said = separator.delimiter
    ignored.push({ what: 'separator line', line: first!.line })
    from = 1
  } else if (first && isTypeLine(first.text)) {
    ignored.push({ what: 'type line', line: first.line })
    from = 1
  }

  if (header && headerLine !== undefined) {
    const at = records.findIndex(({ line }) => line === headerLine)
    if (at < 0 && !isWhole) return undefined
    if (at < 0) throw invalid(`${name} has no header on line ${headerLine}. Check \`headerLine\``, headerLine)
    for (const { line } of records.slice(from, at)) ignored.push({ what: 'line above the header', line })
    from = at
  } else if (header && records[from] && !isVersionLine(records[from]!.text)) {
    const rest = records.slice(from)
    const at = wantedAt(rest, isWhole, options)
    if (at === undefined) return undefined
    for (const { line } of rest.slice(0, at)) ignored.push({ what: 'line above the header', line })
    from += at
  }

  const rest = records.slice(from)
  const [start] = rest
  if (!start && !isWhole) return undefined
  const hasVersionLine = header && start !== undefined && isVersionLine(start.text)
  const table = hasVersionLine ? rest.slice(1) : rest
  const delimiter = delimiterOf(table.slice(0, mostRows + 1), {
    ...options,
    said,
    hasVersionLine,
    isWhole: isWhole || table.length > mostRows,
  })
  if (delimiter === undefined) return undefined
  const skipped = text.slice(0, start ? start.at : text.length)
  return {
    delimiter,
    skippedLines: start ? start.line - 1 : 0,
    skippedBytes: Buffer.byteLength(skipped),
    ignored,
  }
}
