import type { Json } from '../core/json.ts'
import type { Reads } from './counted-reads.ts'
import type { DecisionClass } from './decision.ts'

/** The name under which a run tells its summary. */
export const decisionsTold = 'hr-feed'

/** What the decisions are, in numbers. */
export interface DecisionSummary {
  /** Name of the feed. */
  readonly feed: string
  /** Whether no earlier feed is remembered. */
  readonly isFirst: boolean
  readonly classes: readonly {
    readonly class: DecisionClass
    readonly people: number
    /** How many of them are switched off. */
    readonly off: number
    /** How many of them, by the option. */
    readonly offBy: Readonly<Record<string, number>>
    /** The first names, in the order of the keys. */
    readonly names: readonly string[]
  }[]
  /** People whose accounts change, by property. */
  readonly properties: Readonly<Record<string, number>>
  /** Values that only Active Directory can change. */
  readonly onPremises: number
  /** Requests by which the directory was read, by path. */
  readonly reads: Reads
}

/** How many people have a row that failed or are in conflict. @param told what a run told under `decisionsTold`, if anything */
export const untouchedIn = (told: Json | undefined): number => {
  const { classes = [] } = (told ?? {}) as Partial<DecisionSummary>
  return classes.reduce((sum, { class: of, people }) => sum + (of === 'failed' || of === 'conflict' ? people : 0), 0)
}
