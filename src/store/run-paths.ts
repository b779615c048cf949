import { join } from 'node:path'

/** Where things of a run lie. */
export interface RunPaths {
  readonly folder: string
  /** Held by whoever holds the run. */
  readonly lock: string
  readonly file: string
  /** Keys and ids, a folder a phase, until the run has ended. */
  readonly state: string
  /** Opens the secrets in the inputs of failed rows. */
  readonly key: string
}

/** Where the files of a run are. */
export const runPaths = (stateFolder: string, id: string): RunPaths => {
  const folder = join(stateFolder, 'runs', id)
  return {
    folder,
    lock: join(folder, 'lock'),
    file: join(folder, 'run.sqlite'),
    state: join(folder, 'state'),
    key: join(folder, 'key'),
  }
}
