import type { Sink } from '../core/parts.ts'
import type { World } from './scene.ts'

/** A sink to check, and how to read its output. */
export interface SinkCase extends World {
  /** Makes a new sink, as another process would. It works in the folder, which is empty except for `files`. */
  readonly make: (folder: string) => Sink<never>
  /**
   * Reads the published values, in order. For a sink that is not resumable: the values so far. Undefined if there is
   * no output.
   */
  readonly read: (folder: string) => Promise<readonly unknown[] | undefined>
  /** At least 60 values with the same columns. @default 600 objects with quotes, line breaks, Unicode, nulls and lists */
  readonly values?: readonly unknown[]
  /** The value that `read` returns for a value. @default the value itself */
  readonly asRead?: (value: never) => unknown
  /** Values that the sink cannot write. @default none */
  readonly refused?: readonly unknown[]
}
