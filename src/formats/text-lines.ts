import { EntrapipeError } from '../core/errors.ts'

/** A line without its line break. */
export interface TextLine {
  /** From 1. */
  readonly line: number
  readonly text: string
  /** Whether the line ended with a line break rather than with the input. */
  readonly isWhole: boolean
}

const maxLineChars = 16 * 1024 * 1024

/**
 * Splits UTF-8 text into lines, in batches (those of a chunk), without line breaks. Blank lines are omitted.
 *
 * @param chunks each must end with a complete character
 * @throws EntrapipeError `INPUT_MALFORMED` (facts: line) for a line over 16 Mi characters
 */
export async function* textLines(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<TextLine[]> {
  let carry = ''
  let line = 1
  for await (const chunk of chunks) {
    const text = chunk.toString()
    const lines: TextLine[] = []
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      const one = carry + text.slice(start, end)
      carry = ''
      if (one.trim() !== '') lines.push({ line, text: one, isWhole: true })
      start = end + 1
      line++
    }
    // Only new text is searched. The carry grows by appending, which does not copy.
    carry += text.slice(start)
    if (carry.length > maxLineChars)
      throw new EntrapipeError(
        'INPUT_MALFORMED',
        `Line ${line} of ${name} is longer than 16 MiB. Is the file JSON lines?`,
        { facts: { line } },
      )
    if (lines.length > 0) yield lines
  }
  if (carry.trim() !== '') yield [{ line, text: carry, isWhole: false }]
}
