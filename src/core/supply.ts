import type { Graph } from './graph.ts'

/** Units that a change takes and frees, one of each: ids of a supply. */
export interface Units {
  readonly takes: readonly string[]
  readonly frees: readonly string[]
}

/** Units of a supply that nobody uses. */
export interface FreeUnits {
  readonly free: number
  /** How many of them the directory may refuse. */
  readonly doubtful: number
}

/** Something of which a directory has so many units for all objects. Operations that use the same one share it. */
export interface Supply {
  /** Reads the free units now, by id. What is not in it has none. Undefined if they may not be read. */
  read(ctx: {
    readonly graph: Pick<Graph, 'pages'>
    readonly signal: AbortSignal
  }): Promise<ReadonlyMap<string, FreeUnits> | undefined>
  /** How messages name the units of an id: `units of Microsoft 365 E3 (SPE_E3)`. */
  nameOf(id: string): string
  /** What to do when units are short, as a sentence. */
  readonly fix: string
}
