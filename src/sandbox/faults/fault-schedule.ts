import { randomOf } from '../server/random.ts'
import { strikesHere, type Place } from './fate.ts'
import type { FaultRule, FaultState } from './types.ts'

/** Fault rules, and how often each has struck. */
export interface FaultSchedule {
  /**
   * Returns the first rule that strikes this request. Every matching rule counts it, except rules that cannot strike such a
   * request. `path` is below the version root.
   *
   * @param place @default single
   */
  strike(method: string, path: string, place?: Place): FaultRule | undefined
  /** Replaces all rules. */
  set(rules: readonly FaultRule[]): void
  add(rule: FaultRule): void
  clear(): void
  list(): readonly FaultState[]
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const patternOf = (match: string | undefined): RegExp | undefined =>
  match === undefined || match === '*' ? undefined : new RegExp(`^${match.split('*').map(escaped).join('.*')}$`, 'i')

/** Creates a schedule. Each rule draws from its own random sequence, derived from the seed, so equal runs have equal faults. */
export const createFaultSchedule = (seed: number, initial: readonly FaultRule[] = []): FaultSchedule => {
  type Armed = { rule: FaultRule; pattern: RegExp | undefined; random: () => number; matched: number; struck: number }
  let armed: Armed[] = []
  let given = 0

  const arm = (rule: FaultRule): Armed => ({
    rule,
    pattern: patternOf(rule.match),
    random: randomOf(seed, `fault/${given++}`),
    matched: 0,
    struck: 0,
  })

  const strikes = (at: Armed): boolean => {
    const { nth, every, rate, times } = at.rule
    // Drawn for every match, so that a rule's sequence does not depend on other rules.
    const drawn = rate === undefined ? true : at.random() < rate
    if (times !== undefined && at.struck >= times) return false
    if (nth !== undefined) return at.matched === nth
    if (every !== undefined) return at.matched % every === 0
    return drawn
  }

  const schedule: FaultSchedule = {
    strike(method, path, place = 'single') {
      let hit: Armed | undefined
      for (const at of armed) {
        if (at.pattern ? !at.pattern.test(`${method} ${path}`) : path.startsWith('/oauth2/')) continue
        if (!strikesHere(at.rule, place)) continue
        at.matched++
        if (strikes(at) && !hit) hit = at
      }
      if (hit) hit.struck++
      return hit?.rule
    },
    set(rules) {
      given = 0
      armed = rules.map(arm)
    },
    add: rule => void armed.push(arm(rule)),
    clear: () => void (armed = []),
    list: () => armed.map(({ rule, matched, struck }) => ({ ...rule, matched, struck })),
  }
  schedule.set(initial)
  return schedule
}
