import { open, type FileHandle } from 'node:fs/promises'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import type { SecretRef } from './config.ts'
import { systemKeyring, type Keyring } from './keyring.ts'

const gone = (message: string, fix: string, cause?: unknown): EntrapipeError =>
  new EntrapipeError('SECRET_MISSING', message, { fix, ...(cause !== undefined && { cause }) })

const openSecret = async (path: string): Promise<FileHandle> => {
  try {
    return await open(path, 'r')
  } catch (cause) {
    const why =
      { ENOENT: 'is not there', EACCES: 'may not be read by you' }[systemCode(cause) ?? ''] ?? 'cannot be read'
    throw gone(`The secret file ${path} ${why}.`, 'Put it there, or change the reference in the configuration.', cause)
  }
}

/**
 * The text of a secret file, without the line end after it. It has to belong to its owner alone: the mode is read from
 * the open file, so that what was checked is what is read. Windows keeps no such mode; there the access list of the
 * folder decides, and nothing is checked.
 *
 * @throws EntrapipeError `SECRET_EXPOSED` when group or others may read it, `SECRET_MISSING`
 */
const readSecretFile = async (path: string, environment: Pick<Environment, 'platform'>): Promise<string> => {
  const file = await openSecret(path)
  try {
    const info = await file.stat()
    if (!info.isFile()) throw gone(`The secret file ${path} is not a file.`, 'Name a file that holds the secret.')
    if (environment.platform !== 'win32' && (info.mode & 0o077) !== 0)
      throw new EntrapipeError(
        'SECRET_EXPOSED',
        `The secret file ${path} is open to others (mode ${(info.mode & 0o777).toString(8).padStart(3, '0')}).`,
        {
          facts: { file: path },
          fix: `Close it with \`chmod 600 ${path}\`, and renew the secret if others have used this machine.`,
        },
      )
    const text = (await file.readFile('utf8')).replace(/\r?\n$/, '')
    if (text === '') throw gone(`The secret file ${path} is empty.`, 'Write the secret into it.')
    return text
  } finally {
    await file.close()
  }
}

/**
 * What a reference stands for. The value goes to who signs in and nowhere else.
 *
 * @throws EntrapipeError `SECRET_MISSING` (facts: none), `SECRET_EXPOSED`
 */
export const readSecret = async (
  ref: SecretRef,
  environment: Environment,
  keyring: Keyring = systemKeyring,
): Promise<string> => {
  if ('file' in ref) return await readSecretFile(ref.file, environment)
  if ('env' in ref) {
    const value = environment.variable(ref.env)
    if (value === undefined)
      throw gone(
        `The environment variable ${ref.env} is not set.`,
        `Set ${ref.env} to the secret, or change the reference in the configuration.`,
      )
    return value
  }
  const value = await keyring.get(ref.keyring)
  if (value === undefined)
    throw gone(
      `The keyring has no secret for "${ref.keyring}".`,
      `Store it again with \`entrapipe tenants add\`, or change the reference in the configuration.`,
    )
  return value
}
