import type { idsFormats } from './ids-formats.ts'
import type { OwnedKind } from '../../data/owned-kinds.ts'
import type { OutputOptions } from '../output-sink.ts'

/** Parameters of `entrapipe export`, named like its flags. Kept with the run, so that it can be resumed. */
export interface ExportParams extends OutputOptions {
  /** Only for `graph`: path of the collection, such as `/groups/{id}/owners`. */
  readonly path?: string
  readonly preset?: string
  /** Only for the preset `stale-users`: days without a successful sign-in. */
  readonly days?: number
  /** Columns to export. With a plus before each, they are added to those of the preset, or to the default ones. */
  readonly select?: readonly string[]
  readonly filter?: string
  readonly search?: string
  readonly orderby?: string
  readonly expand?: string
  readonly advanced?: boolean
  /** A file with ids or names of the objects to export, or `-` for stdin. */
  readonly ids?: string
  readonly idsFormat?: (typeof idsFormats)[number]
  readonly idsColumn?: string
  /** Whether a list of `ids` without rows is accepted. */
  readonly allowEmpty?: boolean
  readonly group?: readonly string[]
  readonly transitive?: boolean
  /** Only for `owners`: what is owned. */
  readonly of?: OwnedKind
  /** Only what has changed since the last run, or everything in the first. */
  readonly delta?: boolean
  /** Tells the deltas of several readers apart. */
  readonly deltaName?: string
  readonly pageSize?: number
  readonly limit?: number
}
