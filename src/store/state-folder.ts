import { chmodSync, mkdirSync, readdirSync, statfsSync, statSync, type Stats } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError } from '../core/errors.ts'
import { remoteDisk } from './remote-disk.ts'
import type { StateFolder } from './types.ts'

/** The file that marks a folder as ours. */
export const indexName = 'index.sqlite'

/**
 * Returns `ENTRAPIPE_STORE`, or the platform's folder for the state of programs, as an absolute path. Does not create it.
 *
 * @throws EntrapipeError `STORE_UNUSABLE` when the variable is a relative path, which would be a different store in each folder
 */
export const statePath = (environment: Environment): string => {
  const { variable, home, platform, cwd } = environment
  const named = variable('ENTRAPIPE_STORE')
  if (named) {
    if (isAbsolute(named)) return named
    throw new EntrapipeError('STORE_UNUSABLE', `ENTRAPIPE_STORE must be an absolute path, got ${named}.`, {
      facts: { path: named },
      fix: `Set it to ${resolve(cwd, named)}, for example.`,
    })
  }
  if (platform === 'win32') return join(variable('LOCALAPPDATA') ?? join(home, 'AppData', 'Local'), 'entrapipe')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'entrapipe')
  // The XDG specification says that relative paths are ignored.
  const state = variable('XDG_STATE_HOME')
  return join(state?.startsWith('/') ? state : join(home, '.local', 'state'), 'entrapipe')
}

const unusable = (path: string, why: string, cause?: unknown) =>
  new EntrapipeError('STORE_UNUSABLE', `The state folder ${path} ${why}`, {
    facts: { path },
    fix: 'Set ENTRAPIPE_STORE to a folder of your own on a local disk.',
    ...(cause === undefined ? {} : { cause }),
  })

const openToOthers = (stats: Stats) => (stats.mode & 0o077) !== 0

/** Restricts a folder that others can read, if it is empty or already ours. Any other folder is used for something else and refused. */
const makePrivate = (path: string): void => {
  const stats = statSync(path)
  if (!stats.isDirectory()) throw unusable(path, 'is not a folder.')
  const user = process.getuid?.()
  if (user === undefined || !openToOthers(stats)) return
  if (stats.uid !== user) throw unusable(path, 'belongs to another user.')
  const names = readdirSync(path)
  if (names.length > 0 && !names.includes(indexName))
    throw unusable(path, 'contains other files and can be read by other users. Restrict it to mode 0700.')
  chmodSync(path, 0o700)
}

/**
 * Opens the state folder of this user, or creates it. All folders in it have mode 0700. On Windows, the access list of the
 * user's own folders ensures this.
 *
 * @throws EntrapipeError `STORE_UNUSABLE` when it cannot be created, other users can access it, or it is on a network disk,
 *   where the locks that separate runs are not reliable
 */
export const stateFolder = (environment: Environment): StateFolder => {
  const path = statePath(environment)
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    makePrivate(path)
  } catch (cause) {
    if (cause instanceof EntrapipeError) throw cause
    throw unusable(path, `cannot be created or used: ${(cause as Error).message}`, cause)
  }
  const remote = remoteDisk(path, environment.platform, () => statfsSync(path).type)
  if (remote)
    throw unusable(path, `is on ${remote}. Locks are not reliable there, so two runs could corrupt each other's state.`)
  return {
    path,
    folder(name) {
      const folder = join(path, name)
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      return folder
    },
  }
}
