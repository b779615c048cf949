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
      { ENOENT: 'is not there', EACCES: 'may not be read by you' }[systemCode(cause) ?? ''] ?? 'cannot be read'
    throw gone(`The secret file ${path} ${why}.`, 'Put it there, or change the reference in the configuration.', cause)
  }
}

/** The variable by which a person says that nobody else is on this machine: files of secrets may then have any mode. */
const modeVariable = 'ENTRAPIPE_SECRET_FILES'

/** @throws EntrapipeError `CONFIG_INVALID` when the variable has a value that is not known */
const mayBeShared = ({ variable }: Pick<Environment, 'variable'>): boolean => {
  const value = variable(modeVariable)
  if (value === undefined || value === 'private') return false
  if (value === 'shared') return true
  throw new EntrapipeError('CONFIG_INVALID', `Expected ${modeVariable} to be private or shared, got "${value}".`)
}

/**
 * The text of a secret file, without the line end after it. Only its owner may be able to read it, unless an orchestrator
 * mounted it, or the environment says that files are shared. Mode and mount are those of the open file, so that what was
 * checked is what is read. Windows keeps no such mode: there the folder's access list decides, and nothing is checked.
 *
 * @throws EntrapipeError `SECRET_EXPOSED` when group or others may read it, `SECRET_MISSING`
 */
const readSecretFile = async (path: string, environment: Environment): Promise<string> => {
  const file = await openSecret(path)
  try {
    const info = await file.stat()
    if (!info.isFile()) throw gone(`The secret file ${path} is not a file.`, 'Name a file that holds the secret.')
    const isOpen = environment.platform !== 'win32' && (info.mode & 0o077) !== 0 && !mayBeShared(environment)
    const isMounted = async (): Promise<boolean> =>
      isMountedSecret({ ...info, mount: await mountOf(file.fd, await realpath(path)) }, process.getuid?.())
    if (isOpen && !(await isMounted()))
      throw new EntrapipeError(
        'SECRET_EXPOSED',
        `The secret file ${path} is open to others (mode ${(info.mode & 0o777).toString(8).padStart(3, '0')}).`,
        {
          facts: { file: path },
          fix: `Close it with \`chmod 600 ${path}\`, and renew the secret if others have used this machine. In a container that nobody else uses, set ${modeVariable}=shared instead.`,
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
