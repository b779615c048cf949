import type { Json } from '../core/json.ts'
import { notedReads, type Reads } from './counted-reads.ts'
import { decisionClasses, type Decision, type DecisionClass } from './decision.ts'
import { changedIn } from './report-rows.ts'
import { notedFeed } from './memory.ts'
import { decisionsOf } from './decision-rows.ts'
import type { Tables } from './tables.ts'

/** Names of a class that are reported. */
const mostNamed = 3

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

interface Counted {
  people: number
  off: number
  readonly offBy: Record<string, number>
  readonly names: string[]
}

const namesShown: readonly DecisionClass[] = decisionClasses.filter(each => each !== 'unchanged')

/** Counts the decisions. Reads all of them once. */
export const summarize = (tables: Tables): DecisionSummary => {
  const classes = new Map<DecisionClass, Counted>()
  const properties: Record<string, number> = {}
  let onPremises = 0
  const count = (decision: Decision): void => {
    const found = classes.get(decision.class) ?? { people: 0, off: 0, offBy: {}, names: [] }
    classes.set(decision.class, found)
    found.people++
    if (decision.off !== undefined) {
      found.off++
      found.offBy[decision.off] = (found.offBy[decision.off] ?? 0) + 1
    }
    if (found.names.length < mostNamed && namesShown.includes(decision.class))
      found.names.push(decision.name === '' ? decision.key : decision.name)
    onPremises += Object.keys(decision.onPremises ?? {}).length
    if (decision.off !== undefined) return
    for (const property of changedIn(decision)) properties[property] = (properties[property] ?? 0) + 1
  }
  for (const { decision } of decisionsOf(tables)) count(decision)
  const { name, isFirst } = notedFeed(tables)!
  return {
    feed: name,
    isFirst,
    classes: decisionClasses.flatMap(name => {
      const found = classes.get(name)
      return found ? [{ class: name, ...found }] : []
    }),
    properties: Object.fromEntries(Object.entries(properties).sort(([, one], [, other]) => other - one)),
    onPremises,
    reads: notedReads(tables),
  }
}

/** How many people have a row that failed or are in conflict. @param told what a run told under `decisionsTold`, if anything */
export const untouchedIn = (told: Json | undefined): number => {
  const { classes = [] } = (told ?? {}) as Partial<DecisionSummary>
  return classes.reduce((sum, { class: of, people }) => sum + (of === 'failed' || of === 'conflict' ? people : 0), 0)
}
