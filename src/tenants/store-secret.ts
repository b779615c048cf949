import { chmod, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import type { SecretRef } from './config.ts'
import { systemKeyring, type Keyring } from './keyring.ts'

/** Folder for this user's secrets without a keyring: with other settings, not in the project's folder. */
export const secretsFolder = (environment: Environment): string => {
  if (environment.platform === 'win32')
    return join(environment.variable('APPDATA') ?? join(environment.home, 'AppData', 'Roaming'), 'entrapipe', 'secrets')
  if (environment.platform === 'darwin')
    return join(environment.home, 'Library', 'Application Support', 'entrapipe', 'secrets')
  return join(environment.variable('XDG_CONFIG_HOME') ?? join(environment.home, '.config'), 'entrapipe', 'secrets')
}

const secretFile = (account: string, environment: Environment): string =>
  join(secretsFolder(environment), `${account}.secret`)

const writeSecretFile = async (path: string, folder: string, secret: string): Promise<void> => {
  const fresh = `${path}.new`
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await chmod(folder, 0o700)
    const file = await open(fresh, 'w', 0o600)
    try {
      await file.chmod(0o600)
      await file.writeFile(`${secret}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(fresh, path)
  } catch (cause) {
    // A partly written secret must not stay either.
    await rm(fresh, { force: true }).catch(() => undefined)
    throw new EntrapipeError(
      'FILE_UNWRITABLE',
      `The secret cannot be stored in ${path} (${systemCode(cause) ?? 'failed'}).`,
      {
        cause,
        facts: { file: path },
        fix: 'Make the folder writable, or put the secret in an environment variable and use --secret-env.',
      },
    )
  }
}

/**
 * Stores a secret in the keyring or, if there is none, in a file that only this user can read. A secret of the same account
 * is replaced atomically. Returns the reference for the configuration.
 *
 * @throws EntrapipeError `FILE_UNWRITABLE`
 */
export const storeSecret = async (
  account: string,
  secret: string,
  environment: Environment,
  keyring: Keyring = systemKeyring,
): Promise<SecretRef> => {
  try {
    await keyring.set(account, secret)
    return { keyring: account }
  } catch (cause) {
    if (!(cause instanceof EntrapipeError)) throw cause
  }
  const path = secretFile(account, environment)
  await writeSecretFile(path, dirname(path), secret)
  return { file: path }
}

/**
 * Removes a secret that `storeSecret` stored.
 *
 * @throws EntrapipeError `SECRET_MISSING` when the keyring cannot be used, `FILE_UNWRITABLE`
 */
export const removeSecret = async (ref: SecretRef, keyring: Keyring = systemKeyring): Promise<void> => {
  if ('keyring' in ref) return await keyring.remove(ref.keyring)
  if (!('file' in ref)) return
  try {
    await rm(ref.file, { force: true })
  } catch (cause) {
    throw new EntrapipeError(
      'FILE_UNWRITABLE',
      `The old secret in ${ref.file} cannot be removed (${systemCode(cause) ?? 'failed'}).`,
      { cause, facts: { file: ref.file }, fix: 'Remove the file yourself.' },
    )
  }
}
