import { Option, type Command } from 'commander'
import { list } from './values.ts'

/** Adds the options of a command that writes rows. */
export const addOutputOptions = (command: Command): Command =>
  command
    .option('--to <file>', 'x.csv, x.jsonl or x.json, each also with .gz or .zst; - is stdout', '-')
    .addOption(new Option('--format <format>', 'on stdout').choices(['csv', 'jsonl', 'json']))
    .option(
      '--rename <old=new>',
      'write a column under another name; several are separated by commas',
      list('--rename'),
    )
    .option('--array-separator <text>', 'CSV: between the items of a list (;)')
    .option('--nulls <text>', 'CSV: what stands for null (nothing)')
    .addOption(new Option('--eol <ends>', 'line ends (lf)').choices(['lf', 'crlf']))
    .option('--delimiter <text>', 'CSV: between two cells (,)')
    .option('--bom', 'CSV: begin with a byte order mark, so that Excel reads umlauts')
    .option(
      '--excel [separator]',
      'CSV that Excel opens right, with its list separator (; or ,): ids and telephone numbers stay texts, as ="0012"',
    )
    .option('--formula-guard', "CSV: put ' before cells that a spreadsheet would take for a formula")
