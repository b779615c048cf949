import type { FileFacts } from '../core/manifest.ts'
import { decompress } from './decompress.ts'
import type { Compression } from './format-of.ts'
import { jsonItems } from './json-items.ts'
import { jsonlValues } from './jsonl-values.ts'
import { textLines } from './text-lines.ts'
import { utf8 } from './utf8.ts'

const lineFeed = 0x0a
const quote = 0x22

const compressions: Readonly<Record<string, Compression>> = { gz: 'gzip', zst: 'zstd' }

/** Counts CSV lines outside of quotes, less the header. This works for any delimiter. */
const countCsv = async (text: AsyncIterable<Buffer>, header: boolean): Promise<number> => {
  let lines = 0
  let quoted = false
  for await (const chunk of text)
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]
      if (byte === quote) quoted = !quoted
      else if (byte === lineFeed && !quoted) lines++
    }
  return header && lines > 0 ? lines - 1 : lines
}

const countJsonl = async (text: AsyncIterable<Buffer>, name: string): Promise<number> => {
  const values = jsonlValues(name, 'none')
  let rows = 0
  for await (const lines of textLines(text, name)) for (const line of lines) if (values.take(line)) rows++
  return rows
}

const countJson = async (text: AsyncIterable<Buffer>, name: string): Promise<number> => {
  let rows = 0
  for await (const items of jsonItems(text, name)) rows += items.length
  return rows
}

/**
 * Counts the rows of a file that entrapipe wrote, by reading it. Undefined for other formats.
 *
 * @throws EntrapipeError `INPUT_MALFORMED`, `INPUT_CUT_OFF`
 */
export const countRows = async (chunks: AsyncIterable<Buffer>, facts: FileFacts): Promise<number | undefined> => {
  const [format, ending] = facts.format.split('.')
  const name = facts.path
  if (format === 'parquet') return (await import('./parquet/count-parquet.ts')).countParquet(chunks, name)
  const text = utf8(decompress(chunks, compressions[ending ?? ''], name), { name })
  if (format === 'csv') return countCsv(text, facts.header ?? true)
  if (format === 'jsonl') return countJsonl(text, name)
  if (format === 'json') return countJson(text, name)
  return undefined
}
