import { chmodSync, mkdirSync, readdirSync, statfsSync, statSync, type Stats } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError } from '../core/errors.ts'
import { remoteDisk } from './remote-disk.ts'
import type { StateFolder } from './types.ts'

/** The file that says that a folder is ours. */
export const indexName = 'index.sqlite'

/**
 * `ENTRAPIPE_STORE`, or where the platform keeps the state of programs; absolute, not made.
 *
 * @throws EntrapipeError `STORE_UNUSABLE` when that variable has a relative path: it would be another store in each folder
 */
export const statePath = (environment: Environment): string => {
  const { variable, home, platform, cwd } = environment
  const named = variable('ENTRAPIPE_STORE')
  if (named) {
    if (isAbsolute(named)) return named
    throw new EntrapipeError(
      'STORE_UNUSABLE',
      `ENTRAPIPE_STORE is the relative path ${named}, which is another folder wherever a command is given.`,
      { facts: { path: named }, fix: `Make it absolute, for example ${resolve(cwd, named)}.` },
    )
  }
  if (platform === 'win32') return join(variable('LOCALAPPDATA') ?? join(home, 'AppData', 'Local'), 'entrapipe')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'entrapipe')
  // The XDG specification has relative paths ignored.
  const state = variable('XDG_STATE_HOME')
  return join(state?.startsWith('/') ? state : join(home, '.local', 'state'), 'entrapipe')
}

const unusable = (path: string, why: string, cause?: unknown) =>
  new EntrapipeError('STORE_UNUSABLE', `The state folder ${path} ${why}`, {
    facts: { path },
    fix: 'Name a folder of your own on a local disk in ENTRAPIPE_STORE.',
    ...(cause === undefined ? {} : { cause }),
  })

const openToOthers = (stats: Stats) => (stats.mode & 0o077) !== 0

/** A folder that others can read is closed to them when it is empty or ours already, else it is somebody's for another use. */
const makePrivate = (path: string): void => {
  const stats = statSync(path)
  if (!stats.isDirectory()) throw unusable(path, 'is not a folder.')
  const user = process.getuid?.()
  if (user === undefined || !openToOthers(stats)) return
  if (stats.uid !== user) throw unusable(path, 'belongs to another user.')
  const names = readdirSync(path)
  if (names.length > 0 && !names.includes(indexName))
    throw unusable(path, 'holds other things and can be read by other users. Close it to them (mode 0700).')
  chmodSync(path, 0o700)
}

/**
 * The state folder of this user, made when it is not there, 0700 all the way down. On Windows the access list of the
 * user's own folders does that.
 *
 * @throws EntrapipeError `STORE_UNUSABLE` when it cannot be made or is open to others, or lies on a disk of another
 *   machine: the locks that keep two runs apart do not hold there
 */
export const stateFolder = (environment: Environment): StateFolder => {
  const path = statePath(environment)
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    makePrivate(path)
  } catch (cause) {
    if (cause instanceof EntrapipeError) throw cause
    throw unusable(path, `cannot be made or used: ${(cause as Error).message}`, cause)
  }
  const remote = remoteDisk(path, environment.platform, () => statfsSync(path).type)
  if (remote)
    throw unusable(path, `lies on ${remote}; locks do not hold there and two runs could damage each other's state.`)
  return {
    path,
    folder(name) {
      const folder = join(path, name)
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      return folder
    },
  }
}
