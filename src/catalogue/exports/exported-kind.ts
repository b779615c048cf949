import type { Fields } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'
import type { Listing } from '../../sources/graph.ts'
import type { ExportParams } from './export-params.ts'

/** The columns of rows that are pairs of objects. */
export interface PairColumns {
  /** Columns that identify a row. They are written whatever is selected. */
  readonly keys: readonly string[]
  /** Columns that name the two. */
  readonly first: readonly string[]
  /** The properties of the second one that follow if none are selected. */
  readonly then: readonly string[]
}

/** What an export reads. */
export interface Exported {
  /** Name of the type in Microsoft's schema. */
  readonly type: string
  readonly source: (listing: Listing, params: ExportParams) => Source<Fields>
  /** For rows that are pairs of objects. */
  readonly pairs?: (params: ExportParams) => PairColumns
}
