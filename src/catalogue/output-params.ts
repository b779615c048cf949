import { choice, flag, list } from '../engine/params.ts'
import { anyText, optional, unlessOff } from './optional.ts'

/** Parameters of a pipeline that writes rows where its caller says. They become `OutputOptions`. */
export const outputParams = {
  to: anyText('x.csv, x.jsonl (or .ndjson) or x.json, each also with .gz or .zst; - is stdout', { default: '-' }),
  format: optional(choice('format of stdout', ['csv', 'jsonl', 'json'])),
  rename: optional(list('columns to write under another name, as old=new')),
  arraySeparator: optional(anyText('CSV: separator between list items')),
  nulls: optional(anyText('CSV: text written for null')),
  eol: optional(choice('line endings', ['lf', 'crlf'])),
  delimiter: optional(anyText('CSV: delimiter')),
  bom: optional(flag('CSV: start with a byte order mark')),
  formulaGuard: optional(flag("CSV: write ' before cells that a spreadsheet would run as a formula")),
  excel: optional(anyText('CSV that Excel opens correctly: its list separator')),
  trailer: unlessOff(
    flag('JSON lines on stdout: end with a trailer, a line that tells the next command how complete the rows are'),
  ),
}
