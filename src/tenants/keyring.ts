import { EntrapipeError } from '../core/errors.ts'

/** The system's store of secrets: Keychain, Credential Manager, Secret Service. */
export interface Keyring {
  /** @throws EntrapipeError `SECRET_MISSING` when there is no keyring to ask */
  get(account: string): Promise<string | undefined>
  /** @throws EntrapipeError `SECRET_MISSING` when there is no keyring to ask */
  set(account: string, secret: string): Promise<void>
  /** @throws EntrapipeError `SECRET_MISSING` when there is no keyring to ask */
  remove(account: string): Promise<void>
}

const service = 'entrapipe'

const unusable = (cause: unknown): EntrapipeError =>
  new EntrapipeError(
    'SECRET_MISSING',
    'This machine has no keyring that can be used now (none installed, or it is locked).',
    {
      cause,
      fix: 'Unlock it, or keep the secret in a file of mode 600 ({ file: … }) or in the environment ({ env: … }).',
    },
  )

// On Linux the package would fall back to the kernel's keyring, which forgets with the next start of the machine.
const entry = async (account: string) => {
  const { AsyncEntry } = await import('@napi-rs/keyring')
  return new AsyncEntry(service, account, { linux: { store: 'secret-service' } })
}

/** The keyring of this machine and user. Its package is optional and loaded when it is first asked. */
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
