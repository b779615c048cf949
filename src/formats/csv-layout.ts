import { EntrapipeError } from '../core/errors.ts'
import { delimiterOf } from './csv-delimiter.ts'
import { hasAll } from './csv-header.ts'
import { delimiters, isTypeLine, isVersionLine, separatorOf } from './csv-marks.ts'
import { cellsOf, filledWidth, sampleRecords, type SampleRecord } from './csv-sample.ts'

/** How a CSV file is to be read, as far as it is known. */
export interface CsvLayoutOptions {
  /** For messages. */
  readonly name: string
  readonly delimiter?: string | undefined
  /** Whether a line names the columns. @default true */
  readonly header?: boolean | undefined
  /** The columns wanted, or those there are where no line names them. */
  readonly columns?: readonly string[] | undefined
  /** The line that names the columns; those above are no rows. */
  readonly headerLine?: number | undefined
}

/** What the first lines of a CSV file tell. */
export interface CsvLayout {
  readonly delimiter: string
  /** Lines and bytes before the first record. */
  readonly skippedLines: number
  readonly skippedBytes: number
  /** What was found in those lines. */
  readonly passedOver: readonly { readonly what: string; readonly line: number }[]
}

/** So much of a file is looked at. */
export const headBytes = 64 * 1024
/** So many records after the first are looked at. */
const mostRows = 20
/** Lines that may stand above the header. */
const mostAbove = 20

const invalid = (message: string, line: number): EntrapipeError =>
  new EntrapipeError('HEADER_INVALID', message, { facts: { line } })

/**
 * Which record has the wanted columns, where those above are no rows: each has fewer cells. None is the first, whose
 * mistake is then told; undefined where the record may still come.
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
 * Tells the layout from the first records: the delimiter, and where the header stands. It guesses only what is certain.
 *
 * @param isEnd whether the file ends with the text
 * @param isWhole whether nothing that may be looked at follows
 * @returns undefined where more records are needed
 * @throws EntrapipeError `HEADER_INVALID` (facts: line) naming the option that says what is not certain
 */
export const csvLayout = (
  text: string,
  { isEnd, isWhole = isEnd }: { readonly isEnd: boolean; readonly isWhole?: boolean },
  options: CsvLayoutOptions,
): CsvLayout | undefined => {
  const { name, header = true, headerLine } = options
  const lineByLine = headerLine === undefined ? 0 : headerLine - 1
  const records = sampleRecords(text, { isWhole: isEnd, most: lineByLine + mostAbove + mostRows + 3, lineByLine })
  const passedOver: { what: string; line: number }[] = []
  let from = 0
  let said: string | undefined

  const [first] = records
  const separator = first && separatorOf(first.text)
  if (separator === 'doubtful' && options.delimiter === undefined)
    throw invalid(
      `Line ${first!.line} of ${name} is ${JSON.stringify(first!.text.trim())}, which does not tell the delimiter for certain; give it with delimiter`,
      first!.line,
    )
  if (separator !== undefined) {
    if (separator !== 'doubtful') said = separator.delimiter
    passedOver.push({ what: 'separator line', line: first!.line })
    from = 1
  } else if (first && isTypeLine(first.text)) {
    passedOver.push({ what: 'type line', line: first.line })
    from = 1
  }

  if (header && headerLine !== undefined) {
    const at = records.findIndex(({ line }) => line === headerLine)
    if (at < 0 && !isWhole) return undefined
    if (at < 0) throw invalid(`${name} has no names of columns on line ${headerLine}; check headerLine`, headerLine)
    for (const { line } of records.slice(from, at)) passedOver.push({ what: 'line above the header', line })
    from = at
  } else if (header && records[from] && !isVersionLine(records[from]!.text)) {
    const rest = records.slice(from)
    const at = wantedAt(rest, isWhole, options)
    if (at === undefined) return undefined
    for (const { line } of rest.slice(0, at)) passedOver.push({ what: 'line above the header', line })
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
    passedOver,
  }
}
