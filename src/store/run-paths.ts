import { join } from 'node:path'

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
}

/** Returns the paths of a run. */
export const runPaths = (stateFolder: string, id: string): RunPaths => {
  const folder = join(stateFolder, 'runs', id)
  return {
    folder,
    lock: join(folder, 'lock'),
    file: join(folder, 'run.sqlite'),
    state: join(folder, 'state'),
    databases: join(folder, 'state', '_databases'),
    key: join(folder, 'key'),
  }
}
