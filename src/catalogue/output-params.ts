import { choice, flag, list } from '../engine/params.ts'
import { anyText, optional, unlessOff } from './optional.ts'

/** The parameters of a pipeline that writes rows to where its caller says: what `OutputOptions` are made of. */
export const outputParams = {
  to: anyText('x.csv, x.jsonl (or .ndjson) or x.json, each also with .gz or .zst; - is stdout', { default: '-' }),
  format: optional(choice('format on stdout', ['csv', 'jsonl', 'json'])),
  rename: optional(list('columns to write under another name, as old=new')),
  arraySeparator: optional(anyText('CSV: separator of list items')),
  nulls: optional(anyText('CSV: text for null')),
  eol: optional(choice('line endings', ['lf', 'crlf'])),
  delimiter: optional(anyText('CSV: delimiter')),
  bom: optional(flag('CSV: start with a byte order mark')),
  formulaGuard: optional(flag("CSV: put ' before cells that a spreadsheet would run as a formula")),
  excel: optional(anyText('CSV that Excel opens correctly: its list separator')),
  trailer: unlessOff(flag('JSON lines on stdout: end with a line that says that the output is complete')),
}
