import { Option, type Command } from 'commander'
import { whole } from './values.ts'

/** Adds the options for where rows are read, and in which format. */
export const addInputOptions = (command: Command): Command =>
  addFormatOptions(
    command.option(
      '--from <file>',
      'x.csv, x.jsonl (or .ndjson) or x.json, each also with .gz or .zst, or x.xlsx; also sftp://user@host/folder/x-*.csv; - is stdin',
      '-',
    ),
  )

/** Adds the options for the format in which rows are read. */
export const addFormatOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--from-format <format>', 'format of stdin (jsonl), or of a file whose name does not show it').choices(
        ['csv', 'jsonl', 'json', 'xlsx'],
      ),
    )
    .option('--from-delimiter <text>', 'CSV input: delimiter')
    .option('--from-encoding <name>', 'CSV input: encoding, such as windows-1252')
    .addOption(
      new Option('--from-header-line <line>', 'CSV and xlsx input: number of the line or row of the header').argParser(
        whole('--from-header-line', 1),
      ),
    )
    .option('--from-single-header', 'CSV and xlsx input: read later lines that equal the header as rows')
    .option('--sheet <name>', 'xlsx input: name of the sheet; needed if several have cells')
    .addOption(
      new Option('--hidden-rows <what>', 'xlsx input: whether hidden and filtered rows count').choices([
        'read',
        'skip',
      ]),
    )
