import { flag, list, placed, text } from '../../engine/params.ts'
import { inputParams } from '../input-params.ts'
import { optional } from '../optional.ts'

/** Parameters of every command that changes a directory. */
export const changeParams = {
  ...inputParams,
  key: optional(text('the property that names the object of a row (id, else userPrincipalName)')),
  columns: optional(list('properties of the columns in the file: column=property,…; column= ignores a column')),
}

/** Parameters of the commands that make passwords or passes. */
export const credentialParams = {
  credentials: placed('machine', optional(text('new file for generated passwords and passes, for their owner only'))),
  recipient: optional(
    list('public keys of age (age1…): only the holders of their private keys can read the credentials'),
  ),
  passphraseEnv: placed('machine', optional(text('environment variable with the passphrase of the credentials'))),
  passphraseFile: placed('machine', optional(text('file with the passphrase of the credentials, for its owner only'))),
  plainCredentials: optional(flag('do not encrypt the credentials')),
}
