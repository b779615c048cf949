import type { Json } from './json.ts'
import type { ChangeRow } from './operation.ts'

/** A change of another run whose time has come. */
export interface DueRow extends ChangeRow {
  /** Id of the user that it changes; null if it changes something else. */
  readonly user: Json
}
