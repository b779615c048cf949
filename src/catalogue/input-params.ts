import { choice, flag, inputFile, text } from '../engine/params.ts'
import { anyText, optional, whole } from './optional.ts'

/** Parameters of a pipeline that reads rows where its caller says. They become `InputOptions`. */
export const inputParams = {
  from: inputFile('x.csv, x.jsonl (or .ndjson) or x.json, each also with .gz or .zst, or x.xlsx; - is stdin', {
    default: '-',
  }),
  fromFormat: optional(
    choice('format of stdin (jsonl), or of a file whose name does not show it', ['csv', 'jsonl', 'json', 'xlsx']),
  ),
  fromDelimiter: optional(anyText('CSV input: delimiter')),
  fromEncoding: optional(text('CSV input: encoding, such as windows-1252')),
  fromHeaderLine: optional(whole('CSV and xlsx input: number of the line or row of the header', 1)),
  fromSingleHeader: optional(flag('CSV and xlsx input: read later lines that equal the header as rows')),
  sheet: optional(text('xlsx input: name of the sheet; needed if several have cells')),
  hiddenRows: optional(choice('xlsx input: whether hidden and filtered rows count', ['read', 'skip'])),
}
