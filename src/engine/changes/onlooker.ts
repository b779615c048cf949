import type { Json } from '../../core/json.ts'
import type { Result } from '../../core/result.ts'
import type { Sorter } from '../../core/sorted.ts'
import type { Entry } from '../../store/ledger-types.ts'

/** A row that was looked at, and what its operation tells those who count. */
interface OnlookerRow {
  readonly entry: Entry
  readonly impact?: Json | undefined
}

/** Follows a survey, and counts what a preview shows beside the engine's own numbers. */
export interface Onlooker {
  /**
   * Called once, before the first row is looked at.
   *
   * @param sorter opens a sort on the disk of the run
   * @param rejected the results of rows that are settled by now, and never looked at
   */
  begin(sorter: () => Sorter, rejected: () => AsyncIterable<readonly Result[]>): Promise<void>
  /**
   * Rows that were looked at, whether they would be sent or not. Those that would not are also settled. A row may be looked at again, once
   * others are settled that would have been sent: the last look counts.
   */
  looked(rows: readonly OnlookerRow[]): void
  /** Rows that would not be sent, with their results. */
  settled(results: readonly Result[]): void
  /** Called once after the last row. Returns what the preview shows. */
  end(): Promise<Json | undefined>
}
