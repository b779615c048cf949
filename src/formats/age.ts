import { EntrapipeError } from '../core/errors.ts'

/** Who can decrypt a file: the holders of the keys of these recipients (`age1…`), or those who know the passphrase. */
type AgeKey = { readonly recipients: readonly string[] } | { readonly passphrase: string }

/**
 * Returns a function that encrypts text in the format age. A passphrase costs about a second and 256 MB.
 *
 * @throws EntrapipeError `OPTION_INVALID` for a recipient that is none
 * @see https://age-encryption.org/v1
 */
export const ageEncryption = async (key: AgeKey): Promise<(text: string) => Promise<Uint8Array>> => {
  const { Encrypter } = await import('age-encryption')
  const encrypter = new Encrypter()
  if ('passphrase' in key) encrypter.setPassphrase(key.passphrase)
  else
    for (const recipient of key.recipients)
      try {
        encrypter.addRecipient(recipient)
      } catch (cause) {
        // It may be a private key, so the message does not have it.
        throw new EntrapipeError('OPTION_INVALID', 'A recipient is not a public key of age.', {
          cause,
          fix: 'A public key begins with age1. `age-keygen` prints one, and keeps the private key in a file.',
        })
      }
  return text => encrypter.encrypt(text)
}
