import { open, realpath, type FileHandle } from 'node:fs/promises'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError, systemCode } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { SecretRef } from './config.ts'
import { systemKeyring, type Keyring } from './keyring.ts'
import { isMountedSecret, mountOf } from './secret-mount.ts'

const gone = (message: string, fix: string, cause?: unknown): EntrapipeError =>
  new EntrapipeError('SECRET_MISSING', message, { fix, ...given({ cause }) })

const openSecret = async (path: string): Promise<FileHandle> => {
  try {
    return await open(path, 'r')
  } catch (cause) {
    const why =
      { ENOENT: 'was not found', EACCES: 'cannot be read: permission denied' }[systemCode(cause) ?? ''] ??
      'cannot be read'
    throw gone(`The secret file ${path} ${why}.`, 'Create it, or change the reference in the configuration.', cause)
  }
}

/** Environment variable that allows any mode for secret files, on a machine without other users. */
const modeVariable = 'ENTRAPIPE_SECRET_FILES'

/** @throws EntrapipeError `CONFIG_INVALID` if the variable has an unknown value */
const mayBeShared = ({ variable }: Pick<Environment, 'variable'>): boolean => {
  const value = variable(modeVariable)
  if (value === undefined || value === 'private') return false
  if (value === 'shared') return true
  throw new EntrapipeError('CONFIG_INVALID', `Expected ${modeVariable} to be private or shared, got "${value}".`)
}

/**
 * Reads a secret file, without the line end at its end. Only its owner may have permission to read it, unless an
 * orchestrator mounted it or the environment allows shared files. Mode and mount are checked on the open file, so that the
 * file checked is the file read. Windows has no such mode; the folder's access list applies, and nothing is checked.
 *
 * @throws EntrapipeError `SECRET_EXPOSED` if group or others can read it, `SECRET_MISSING`
 */
const readSecretFile = async (path: string, environment: Environment): Promise<string> => {
  const file = await openSecret(path)
  try {
    const info = await file.stat()
    if (!info.isFile())
      throw gone(`The secret file ${path} is not a file.`, 'Set the reference to a file that contains the secret.')
    const isOpen = environment.platform !== 'win32' && (info.mode & 0o077) !== 0 && !mayBeShared(environment)
    const isMounted = async (): Promise<boolean> =>
      isMountedSecret({ ...info, mount: await mountOf(file.fd, await realpath(path)) }, process.getuid?.())
    if (isOpen && !(await isMounted()))
      throw new EntrapipeError(
        'SECRET_EXPOSED',
        `The secret file ${path} can be read by others (mode ${(info.mode & 0o777).toString(8).padStart(3, '0')}).`,
        {
          facts: { file: path },
          fix: `Run \`chmod 600 ${path}\`, and renew the secret if others have used this machine. In a container without other users, set ${modeVariable}=shared instead.`,
        },
      )
    const text = (await file.readFile('utf8')).replace(/\r?\n$/, '')
    if (text === '') throw gone(`The secret file ${path} is empty.`, 'Write the secret to it.')
    return text
  } finally {
    await file.close()
  }
}

/**
 * Resolves a reference to a secret. Pass the value only to the sign-in.
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
      `Store it again with \`entrapipe tenants update\`, or change the reference in the configuration.`,
    )
  return value
}
