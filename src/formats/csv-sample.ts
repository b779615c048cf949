/** An unparsed record from the start of a CSV text. Its cells depend on the delimiter, which is not yet known. */
export interface SampleRecord {
  /** Line that the record begins on, from 1. */
  readonly line: number
  /** Offset in the text. */
  readonly at: number
  readonly text: string
}

/** Splits a record into cells, without quotes. */
export const cellsOf = (record: string, delimiter: string): string[] => {
  const cells: string[] = []
  let cell = ''
  let quoted = false
  for (let at = 0; at < record.length; at++) {
    const char = record[at]!
    if (char === '"') {
      if (quoted && record[at + 1] === '"') cell += record[at++]
      else quoted = !quoted
    } else if (!quoted && record.startsWith(delimiter, at)) {
      cells.push(cell)
      cell = ''
      at += delimiter.length - 1
    } else cell += char
  }
  cells.push(cell)
  return cells
}

/** The number of cells up to the last one that is not blank. */
export const filledWidth = (cells: readonly string[]): number => cells.findLastIndex(cell => cell.trim() !== '') + 1

const breakAt = (text: string, at: number): number => (text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1)

/**
 * Splits text into records, up to `most`, without blank ones. Line breaks in quotes do not end a record.
 *
 * @param isWhole whether the input ends here: only then a last line without a line break counts
 * @param lineByLine the number of lines at the start that are a record each, even with unbalanced quotes
 */
export const sampleRecords = (
  text: string,
  { isWhole, most, lineByLine = 0 }: { readonly isWhole: boolean; readonly most: number; readonly lineByLine?: number },
): readonly SampleRecord[] => {
  const records: SampleRecord[] = []
  let quoted = false
  let line = 1
  let begin = 0
  let beginLine = 1
  const end = (at: number, next: number): void => {
    const record = text.slice(begin, at)
    if (record.trim() !== '') records.push({ line: beginLine, at: begin, text: record })
    begin = next
    beginLine = line
  }
  for (let at = 0; at < text.length && records.length < most; at++) {
    const char = text[at]
    if (char === '"') quoted = line > lineByLine && !quoted
    else if (char === '\n' || char === '\r') {
      // A line feed may follow in the next chunk.
      if (char === '\r' && at + 1 === text.length && !isWhole) break
      const next = at + breakAt(text, at)
      line++
      if (!quoted) end(at, next)
      at = next - 1
    }
  }
  if (isWhole && records.length < most && begin < text.length) end(text.length, text.length)
  return records
}
