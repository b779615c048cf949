import type { Json } from './json.ts'

/** What a preview counts of a row. It is not kept with the row. */
export interface WithImpact {
  readonly impact?: Json
}

/** Whether `WithImpact` is wanted. @default false */
export interface CountsImpact {
  readonly counts?: boolean
}

/** An operation whose `look` tells the impact of its rows. */
export interface TellsImpact {
  /** @default it tells none */
  readonly tellsImpact?: true
}
