import { absolute } from '../../core/absolute.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { ageEncryption } from '../../formats/age.ts'
import { readSecret } from '../../tenants/read-secret.ts'
import type { Cli } from '../cli.ts'
import { openAsk } from '../tenants/ask.ts'

/** Who can read a file of credentials, as the options say. */
export interface EncryptionWish {
  /** Public keys of age. */
  readonly recipient?: readonly string[] | undefined
  /** Name of an environment variable. */
  readonly passphraseEnv?: string | undefined
  readonly passphraseFile?: string | undefined
  readonly plainCredentials?: boolean | undefined
}

/** Encrypts the text of a file of credentials, or returns it as it is. */
export type Encrypt = (text: string) => Promise<Uint8Array>

const waysOf = ({ recipient, passphraseEnv, passphraseFile, plainCredentials }: EncryptionWish): readonly string[] => [
  ...((recipient?.length ?? 0) > 0 ? ['--recipient'] : []),
  ...(passphraseEnv === undefined ? [] : ['--passphrase-env']),
  ...(passphraseFile === undefined ? [] : ['--passphrase-file']),
  ...(plainCredentials ? ['--plain-credentials'] : []),
]

/** Whether the options say how a file is encrypted. */
export const saysHow = (wish: EncryptionWish): boolean => waysOf(wish).length > 0

/** @throws EntrapipeError `OPTION_INVALID` for two ways at once */
export const expectOneWay = (wish: EncryptionWish): void => {
  const [one, other] = waysOf(wish)
  if (one !== undefined && other !== undefined)
    throw new EntrapipeError('OPTION_INVALID', `${one} and ${other} cannot be combined.`, { fix: 'Keep one of them.' })
}

/**
 * How a file of credentials is encrypted. Without an option, a person is asked for a passphrase.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `USAGE` without an option and a terminal, `SECRET_MISSING`, `SECRET_EXPOSED`
 */
export const encryptionOf = async (wish: EncryptionWish, cli: Cli): Promise<Encrypt> => {
  expectOneWay(wish)
  const { recipient = [], passphraseEnv, passphraseFile, plainCredentials } = wish
  if (plainCredentials) return async text => Buffer.from(text)
  if (recipient.length > 0) return ageEncryption({ recipients: recipient })
  if (passphraseEnv !== undefined)
    return ageEncryption({ passphrase: await readSecret({ env: passphraseEnv }, cli.environment) })
  if (passphraseFile !== undefined) {
    const file = absolute(cli.environment, passphraseFile)
    return ageEncryption({ passphrase: await readSecret({ file }, cli.environment) })
  }
  return ageEncryption({ passphrase: await askPassphrase(cli) })
}

const askPassphrase = async (cli: Cli): Promise<string> => {
  const ask = cli.stderr.isTTY === true ? await openAsk(cli, 'Interrupted. Nothing was sent.') : undefined
  if (!ask)
    throw new EntrapipeError('USAGE', 'No option says how to encrypt the credentials file.', {
      fix: 'Add --recipient age1…, --passphrase-env NAME or --passphrase-file FILE; or --plain-credentials, which encrypts nothing.',
    })
  try {
    const passphrase = await ask.hidden({
      message: 'Passphrase for the credentials file:',
      validate: text => Array.from(text).length >= shortest || `Use at least ${shortest} characters.`,
    })
    await ask.hidden({
      message: 'The same passphrase again:',
      validate: text => text === passphrase || 'The two passphrases differ.',
    })
    return passphrase
  } finally {
    ask.close()
  }
}

/** Characters of a passphrase that is typed. */
const shortest = 8
