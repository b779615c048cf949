import type { Fields } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'

/** An input that is made for the columns of the other one, such as a listing. */
export interface Selectable {
  readonly kind: string
  readonly usesGraph?: boolean
  /** Whether its rows can have a column. */
  has(name: string): boolean
  /** The input whose rows have these columns. */
  select(columns: readonly string[]): Source<Fields>
}

/** Whether an input is still to be made. */
export const isSelectable = (input: Source<Fields> | Selectable): input is Selectable => 'select' in input
