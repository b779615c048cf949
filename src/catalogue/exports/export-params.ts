import type { OutputOptions } from '../output-sink.ts'

/** What `entrapipe export` was asked for, as its flags say it; kept with the run, so that it can be resumed. */
export interface ExportParams extends OutputOptions {
  /** Of `graph`: the collection, such as `/groups/{id}/owners`. */
  readonly path?: string
  readonly preset?: string
  /** Columns; with a plus before each they are added to those of the preset, or to the usual ones. */
  readonly select?: readonly string[]
  readonly filter?: string
  readonly search?: string
  readonly orderby?: string
  readonly expand?: string
  readonly advanced?: boolean
  readonly group?: readonly string[]
  readonly transitive?: boolean
  readonly pageSize?: number
  readonly limit?: number
}
