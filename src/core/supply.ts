import type { Code } from './errors.ts'
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

/** Something of which a directory has so many units for all objects. All operations of a run that have a supply share it. */
export interface Supply {
  /** Reads the free units now, by id. What is not in it has none. Undefined if they may not be read. */
  read(ctx: {
    readonly graph: Pick<Graph, 'pages'>
    readonly signal: AbortSignal
  }): Promise<ReadonlyMap<string, FreeUnits> | undefined>
  /** How sentences begin that are about the units of an id: `Seats of Microsoft 365 E3 (SPE_E3)`. */
  nameOf(id: string): string
  /** The code of a run that is short of units, and of the rows that it leaves out. */
  readonly short: Code
  /** The code of rows for which the directory has run out of units. */
  readonly ranOut: string
  /** What to do when units are short, as a sentence. */
  readonly fix: string
  /** How to send the rows for which there are seats, as a sentence. */
  readonly untilShort: string
}

/** The part of an operation whose changes take or free units. */
export interface UsesUnits<V, B> {
  /** What its `units` are units of. */
  readonly supply?: Supply
  /**
   * The units that the change takes and frees, judged on all that is there before and after it.
   *
   * @param before what `look` returned; empty for a row that is not looked at yet: the most that it may take, and what it surely frees
   */
  units?(value: V, before: Partial<B>): Units
}
