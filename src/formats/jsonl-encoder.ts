import type { RowEncoder } from '../core/encoder.ts'
import type { Json } from '../core/json.ts'
import { lineEnd } from './csv-dialect.ts'
import { jsonText, type JsonOptions } from './json-text.ts'

/** Encodes rows as JSON lines: one value per line, UTF-8, no byte order mark. */
export const jsonlEncoder = ({ columns, eol }: JsonOptions, saved?: Json): RowEncoder<string> =>
  jsonText(columns, { before: () => '', after: lineEnd(eol), end: () => '' }, saved)
