import { EntrapipeError } from '../core/errors.ts'

/** A line without its line break. */
export interface TextLine {
  /** From 1. */
  readonly line: number
  readonly text: string
  /** Whether it ended with a line break, or with the input. */
  readonly isWhole: boolean
}

const maxLineChars = 16 * 1024 * 1024

/**
 * Lines of UTF-8 text, some at a time (those of a chunk), without their line breaks; blank ones are left out.
 *
 * @param chunks each ending with a whole character
 * @throws EntrapipeError `INPUT_MALFORMED` (facts: line) at a line over 16 Mi characters
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
    // Only new text is searched: what is carried grows by appending, which copies nothing.
    carry += text.slice(start)
    if (carry.length > maxLineChars)
      throw new EntrapipeError(
        'INPUT_MALFORMED',
        `Line ${line} of ${name} is over 16 MiB long. Is it a file of JSON lines?`,
        { facts: { line } },
      )
    if (lines.length > 0) yield lines
  }
  if (carry.trim() !== '') yield [{ line, text: carry, isWhole: false }]
}
