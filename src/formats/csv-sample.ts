/** A record of the first lines of a CSV text, not yet parsed: its cells depend on a delimiter that is not known. */
export interface SampleRecord {
  /** Line it begins on, from 1. */
  readonly line: number
  /** Where it begins in the text. */
  readonly at: number
  readonly text: string
}

/** Cells of a record, without their quotes. */
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

/** How many cells there are up to the last that is not blank. */
export const filledWidth = (cells: readonly string[]): number => cells.findLastIndex(cell => cell.trim() !== '') + 1

const breakAt = (text: string, at: number): number => (text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1)

/**
 * Records of a text, at most so many; blank ones are left out. A line break in quotes ends none.
 *
 * @param isWhole whether the text ends here: only then its last line counts without a line break
 * @param lineByLine so many lines at the start are records of their own, whatever quotes are in them
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
      // Whether a line feed follows is not known yet.
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
