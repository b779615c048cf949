const candidates = [',', ';', '\t'] as const
const headBytes = 64 * 1024

/** What the first lines of a CSV file tell. */
interface CsvHead {
  readonly delimiter: string
  /** Lines before the first record: Excel's `sep=;`. */
  readonly skippedLines: number
  readonly skippedBytes: number
}

/** The first line (up to a line break outside of quotes) from a position, and where the next begins. */
const lineAt = (text: string, from: number): { readonly line: string; readonly next: number } => {
  let quoted = false
  for (let at = from; at < text.length; at++) {
    const char = text[at]
    if (char === '"') quoted = !quoted
    else if (!quoted && (char === '\n' || char === '\r')) {
      const next = char === '\r' && text[at + 1] === '\n' ? at + 2 : at + 1
      return { line: text.slice(from, at), next }
    }
  }
  return { line: text.slice(from), next: text.length }
}

const countOutsideQuotes = (line: string, delimiter: string): number =>
  line.replaceAll(/"(?:[^"]|"")*"?/g, '').split(delimiter).length - 1

/** The delimiter that the header has most of; a comma when it has none. */
const delimiterOf = (line: string): string => {
  let best: string = ','
  let most = 0
  for (const candidate of candidates) {
    const count = countOutsideQuotes(line, candidate)
    if (count > most) {
      best = candidate
      most = count
    }
  }
  return best
}

/** Tells the delimiter from the header line, past a `sep=` line of Excel and a `version:v1.0` line of a portal template. */
export const csvHead = (head: string, given?: string): CsvHead => {
  const first = lineAt(head, 0)
  const separator = /^sep=(.)$/i.exec(first.line)?.[1]
  if (separator !== undefined)
    return {
      delimiter: given ?? separator,
      skippedLines: 1,
      skippedBytes: Buffer.byteLength(head.slice(0, first.next)),
    }
  const header = /^"?version:/i.test(first.line) ? lineAt(head, first.next).line : first.line
  return { delimiter: given ?? delimiterOf(header), skippedLines: 0, skippedBytes: 0 }
}

/** Whether so much of a file is enough to look at: two lines, or 64 KiB. */
export const isEnoughHead = (head: Buffer): boolean => {
  if (head.length >= headBytes) return true
  const text = head.toString()
  const first = lineAt(text, 0)
  return first.next < text.length && lineAt(text, first.next).next < text.length
}
