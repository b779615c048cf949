import { join } from 'node:path'
import type { KeyWrapping, SharedKeys } from './key-wrapping.ts'

/** The paths of a run. */
export interface RunPaths {
  readonly folder: string
  /** Locked by the process that holds the run. */
  readonly lock: string
  readonly file: string
  /** Keys and ids, in a folder per phase, until the run has ended. */
  readonly state: string
  /** The databases that phases share. It is in `state`, and no phase can have this name. */
  readonly databases: string
  /** The key that decrypts the secrets in the inputs of failed rows. */
  readonly key: string
  /** Encrypts the key, if machines share it. */
  readonly wrapping?: KeyWrapping
}

/** Returns the paths of a run. @param keys where the keys of runs are, if not in their folders */
export const runPaths = (stateFolder: string, id: string, keys?: SharedKeys): RunPaths => {
  const folder = join(stateFolder, 'runs', id)
  return {
    folder,
    lock: join(folder, 'lock'),
    file: join(folder, 'run.sqlite'),
    state: join(folder, 'state'),
    databases: join(folder, 'state', '_databases'),
    key: keys ? join(keys.folder, id) : join(folder, 'key'),
    ...(keys && { wrapping: keys.wrapping }),
  }
}
