import { absolute } from '../../core/absolute.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { isFields, type Json } from '../../core/json.ts'
import { checkNewFile } from '../../places/private-file.ts'
import type { Cli } from '../cli.ts'
import { encryptionOf, expectOneWay, saysHow, type Encrypt, type EncryptionWish } from './encryption.ts'

/** Where passwords and passes go that a run makes. */
export interface Credentials {
  /** Absolute. */
  readonly path: string
  readonly encrypt: Encrypt
}

/** The options of a command that makes passwords or passes, as they are kept with its run. */
interface CredentialsWish extends EncryptionWish {
  readonly credentials?: string | undefined
}

/** The options among the parameters of a run. */
export const credentialsWish = (params: Json): CredentialsWish => (isFields(params) ? params : {})

/** Secrets are not printed, and elsewhere `-` is stdout. @throws EntrapipeError `OPTION_INVALID` */
export const expectFile = (option: string, given: string | undefined): void => {
  if (given !== '-') return
  throw new EntrapipeError('OPTION_INVALID', `${option} names a file: passwords and passes are not printed.`, {
    fix: 'Name a new file. A file whose name is a hyphen is ./-.',
  })
}

/**
 * Checks where the passwords and passes of a run go, before anything is sent. Undefined where no file is named, or a dry run writes
 * none.
 *
 * @param begins whether the run begins: the file must not exist then
 * @throws EntrapipeError `FILE_UNWRITABLE`, and as `encryptionOf`
 */
export const openCredentials = async (
  wish: CredentialsWish,
  { begins, isDry }: { readonly begins: boolean; readonly isDry: boolean },
  cli: Cli,
): Promise<Credentials | undefined> => {
  if (wish.credentials === undefined) {
    if (saysHow(wish))
      throw new EntrapipeError('OPTION_INVALID', 'Without --credentials FILE there is nothing to encrypt.', {
        fix: 'Add --credentials FILE.',
      })
    return undefined
  }
  expectFile('--credentials', wish.credentials)
  expectOneWay(wish)
  const path = absolute(cli.environment, wish.credentials)
  if (begins) await checkNewFile(path)
  return isDry ? undefined : { path, encrypt: await encryptionOf(wish, cli) }
}
