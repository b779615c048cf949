import { list, text } from '../../engine/params.ts'
import { inputParams } from '../input-params.ts'
import { optional } from '../optional.ts'

/** Parameters of every command that changes a directory. */
export const changeParams = {
  ...inputParams,
  key: optional(text('the property that names the object of a row (id, else userPrincipalName)')),
  columns: optional(list('what columns of the file mean: file=property,…; file= ignores one')),
}
