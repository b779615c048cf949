import { EntrapipeError } from '../core/errors.ts'

/** The system's keyring: Keychain, Credential Manager, Secret Service. */
export interface Keyring {
  /** @throws EntrapipeError `SECRET_MISSING` if there is no keyring */
  get(account: string): Promise<string | undefined>
  /** @throws EntrapipeError `SECRET_MISSING` if there is no keyring */
  set(account: string, secret: string): Promise<void>
  /** @throws EntrapipeError `SECRET_MISSING` if there is no keyring */
  remove(account: string): Promise<void>
}

const service = 'entrapipe'

const unusable = (cause: unknown): EntrapipeError =>
  new EntrapipeError(
    'SECRET_MISSING',
    'No keyring is available on this machine (none is installed, or it is locked).',
    {
      cause,
      fix: 'Unlock it, or store the secret in a file with mode 600 ({ file: … }) or in the environment ({ env: … }).',
    },
  )

// On Linux the package would fall back to the kernel's keyring, which is lost on reboot.
const entry = async (account: string) => {
  const { AsyncEntry } = await import('@napi-rs/keyring')
  return new AsyncEntry(service, account, { linux: { store: 'secret-service' } })
}

/** The keyring of this machine and user. Its package is optional and loaded on first use. */
export const systemKeyring: Keyring = {
  async get(account) {
    try {
      return (await (await entry(account)).getPassword()) ?? undefined
    } catch (cause) {
      throw unusable(cause)
    }
  },
  async set(account, secret) {
    try {
      await (await entry(account)).setPassword(secret)
    } catch (cause) {
      throw unusable(cause)
    }
  },
  async remove(account) {
    try {
      await (await entry(account)).deleteCredential()
    } catch (cause) {
      throw unusable(cause)
    }
  },
}
