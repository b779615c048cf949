import { Option, type Command } from 'commander'
import { list, whole } from './values.ts'

/** Adds the options of a command that writes rows: those of `addFileOptions`, and `--rename`. */
export const addOutputOptions = (command: Command): Command =>
  addFileOptions(command).option(
    '--rename <old=new>',
    'write a column under another name, as old=new; separate several with commas',
    list('--rename'),
  )

/** Adds the options for where rows are written, and in which format. */
export const addFileOptions = (command: Command): Command =>
  command
    .option(
      '--to <file>',
      'x.csv, x.jsonl (or .ndjson) or x.json, each also with .gz or .zst, x.xlsx, x.parquet, or a folder of part files, with / at the end, also https://ACCOUNT.blob.core.windows.net/…/, abfss://…/ or s3://…/; - is stdout',
      '-',
    )
    .addOption(
      new Option('--format <format>', 'format of stdout (jsonl), or of part files').choices([
        'csv',
        'jsonl',
        'json',
        'parquet',
      ]),
    )
    .addOption(
      new Option('--compress <how>', 'part files of CSV and JSON lines: compression').choices(['gzip', 'zstd']),
    )
    .option('--part-rows <rows>', 'part files: most rows of one (500,000)', whole('--part-rows', 1))
    .option('--part-megabytes <size>', 'part files: size at which one ends (128)', whole('--part-megabytes', 1))
    .option('--array-separator <text>', 'CSV and xlsx: separator between list items (;)')
    .option('--nulls <text>', 'CSV and xlsx: text written for null (empty)')
    .addOption(new Option('--eol <ends>', 'line endings (lf)').choices(['lf', 'crlf']))
    .option('--delimiter <text>', 'CSV: delimiter (,)')
    .option('--bom', 'CSV: start with a byte order mark, so that Excel reads accented letters')
    .option(
      '--excel [separator]',
      'write a CSV that Excel opens correctly, with its list separator (; or ,); ids and telephone numbers stay text',
    )
    .option('--formula-guard', "CSV: write ' before cells that a spreadsheet would run as a formula")
