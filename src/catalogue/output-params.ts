import { choice, flag, list } from '../engine/params.ts'
import { anyText, optional, unlessOff } from './optional.ts'

/** The parameters of a pipeline that writes rows to where its caller says: what `OutputOptions` are made of. */
export const outputParams = {
  to: anyText('x.csv, x.jsonl or x.json, each also with .gz or .zst; - is stdout', { default: '-' }),
  format: optional(choice('on stdout', ['csv', 'jsonl', 'json'])),
  rename: optional(list('columns to write under another name, as old=new')),
  arraySeparator: optional(anyText('CSV: between the items of a list')),
  nulls: optional(anyText('CSV: what stands for null')),
  eol: optional(choice('line ends', ['lf', 'crlf'])),
  delimiter: optional(anyText('CSV: between two cells')),
  bom: optional(flag('CSV: begin with a byte order mark')),
  formulaGuard: optional(flag("CSV: put ' before cells that a spreadsheet would take for a formula")),
  excel: optional(anyText('CSV that Excel opens right: its list separator')),
  trailer: unlessOff(flag('JSON lines on stdout: a last line that says that all rows are there')),
}
