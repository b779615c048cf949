import { notedReads } from './counted-reads.ts'
import { decisionClasses, type Decision, type DecisionClass } from './decision.ts'
import type { DecisionSummary } from './decision-summary.ts'
import { changedIn } from './report-rows.ts'
import { notedFeed } from './memory.ts'
import { decisionsOf } from './decision-rows.ts'
import type { Tables } from './tables.ts'

/** Names of a class that are reported. */
const mostNamed = 3

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
