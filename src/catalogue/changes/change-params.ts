import { list, text } from '../../engine/params.ts'
import { optional } from '../optional.ts'

/** Parameters of every command that changes a directory. */
export const changeParams = {
  from: text('x.csv, x.jsonl (or .ndjson) or x.json, each also with .gz or .zst; - is stdin', { default: '-' }),
  key: optional(text('the property that names the object of a row (id, else userPrincipalName)')),
  columns: optional(list('what columns of the file mean: file=property,…')),
}
