import type { Context } from './context.ts'
import type { ObjectStore } from './object-store.ts'

/**
 * Files that machines share at an address, by names such as `uploads/<id>/people.csv`. What programs read and write are copies of them
 * in a folder of this machine, under the same names.
 */
export interface Depot {
  /** Ends in `/`. */
  readonly address: string
  /** The folder of the copies. Absolute. */
  readonly folder: string
  /** For the objects of `in`. */
  readonly ctx: Context
  /** The objects below a folder, or at the address itself if it is empty. */
  in(folder: string): ObjectStore
  /** Sends the copy of this machine. Others see it once it is complete. */
  send(name: string): Promise<{ readonly bytes: number; readonly sha256: string }>
  /**
   * Makes a copy on this machine, unless there is one.
   *
   * @param sha256 what it has to be; else a copy is taken to be right: its name is never used for another file
   * @throws EntrapipeError `FILE_MISSING`; `INPUT_CHANGED` if it is another file
   */
  fetch(name: string, sha256?: string): Promise<void>
  /** Removes a folder with all its objects, and its copy on this machine. */
  clear(folder: string): Promise<void>
}
