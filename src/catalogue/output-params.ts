import { choice, flag, list, placed } from '../engine/params.ts'
import { anyText, optional, unlessOff, whole } from './optional.ts'

/** Parameters of a pipeline that writes rows where its caller says. They become `OutputOptions`. */
export const outputParams = {
  to: placed(
    'output',
    anyText(
      'x.csv, x.jsonl (or .ndjson) or x.json, each also with .gz or .zst, x.xlsx, x.parquet, or a folder of part files, with / at the end; - is stdout',
      { default: '-' },
    ),
  ),
  format: optional(choice('format of stdout (jsonl), or of part files', ['csv', 'jsonl', 'json', 'parquet'])),
  compress: optional(choice('part files of CSV and JSON lines: compression', ['gzip', 'zstd'])),
  partRows: optional(whole('part files: most rows of one (500,000)', 1)),
  partMegabytes: optional(whole('part files: size at which one ends (128)', 1)),
  rename: optional(list('write a column under another name, as old=new; separate several with commas')),
  arraySeparator: optional(anyText('CSV and xlsx: separator between list items (;)')),
  nulls: optional(anyText('CSV and xlsx: text written for null (empty)')),
  eol: optional(choice('line endings (lf)', ['lf', 'crlf'])),
  delimiter: optional(anyText('CSV: delimiter (,)')),
  bom: optional(flag('CSV: start with a byte order mark, so that Excel reads accented letters')),
  formulaGuard: optional(flag("CSV: write ' before cells that a spreadsheet would run as a formula")),
  excel: optional(
    anyText(
      'write a CSV that Excel opens correctly, with its list separator (; or ,); ids and telephone numbers stay text',
    ),
  ),
  trailer: unlessOff(
    flag('JSON lines on stdout: omit the trailer, a last line that tells the next command how complete the rows are'),
  ),
}
