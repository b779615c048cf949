import { join } from 'node:path'
import type { ShelvedKeys } from './key-shelf.ts'
import type { KeyWrapping } from './key-wrapping.ts'

/** Where the keys of runs are that machines share. */
export interface SharedKeys {
  /** Has a file for each run, under its id. */
  readonly folder: string
  readonly wrapping: KeyWrapping
  /** The keys, if they are no files: `folder` is then only for messages. */
  readonly shelved?: ShelvedKeys | undefined
}

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
  /** The key itself, where it is no file: undefined if there is none. */
  readonly held?: () => Buffer | undefined
}

/**
 * Returns the paths of a run.
 *
 * @param keys where the keys of runs are, if not in their folders
 * @param keyOf the run whose key it uses, where keys are no files: shares of a run use that of the run
 */
export const runPaths = (stateFolder: string, id: string, keys?: SharedKeys, keyOf = id): RunPaths => {
  const folder = join(stateFolder, 'runs', id)
  return {
    folder,
    lock: join(folder, 'lock'),
    file: join(folder, 'run.sqlite'),
    state: join(folder, 'state'),
    databases: join(folder, 'state', '_databases'),
    key: keys ? join(keys.folder, id) : join(folder, 'key'),
    ...(keys && { wrapping: keys.wrapping }),
    ...(keys?.shelved && { held: () => keys.shelved!.of(keyOf) }),
  }
}
