import { Option, type Command } from 'commander'
import type { Format } from '../formats/format-of.ts'

/** Where rows go and how they are written, as the flags of `addOutputOptions` say it. */
export interface OutputOptions {
  readonly to: string
  readonly format?: Format
  readonly arraySeparator?: string
  readonly nulls?: string
  readonly eol?: 'lf' | 'crlf'
  readonly bom?: boolean
  readonly formulaGuard?: boolean
  readonly delimiter?: string
  readonly trailer?: boolean
}

/** Adds the options of a command that writes rows. */
export const addOutputOptions = (command: Command): Command =>
  command
    .option('--to <file>', 'x.csv, x.jsonl or x.json, each also with .gz or .zst; - is stdout', '-')
    .addOption(new Option('--format <format>', 'on stdout').choices(['csv', 'jsonl', 'json']))
    .option('--array-separator <text>', 'CSV: between the items of a list (;)')
    .option('--nulls <text>', 'CSV: what stands for null (nothing)')
    .addOption(new Option('--eol <ends>', 'line ends (lf)').choices(['lf', 'crlf']))
    .option('--delimiter <text>', 'CSV: between two cells (,)')
    .option('--bom', 'CSV: begin with a byte order mark, so that Excel reads umlauts')
    .option('--formula-guard', "CSV: put ' before cells that a spreadsheet would take for a formula")
