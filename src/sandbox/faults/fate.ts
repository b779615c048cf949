import { statusFaults, type FaultRule } from './types.ts'

/** What a request is: on its own, an entry of a `$batch`, or the `$batch` itself. */
export type Place = 'single' | 'entry' | 'batch'

/** Whether and when a request is performed, and what the client gets: the reply, another status, a cut connection, nothing. */
export interface Fate {
  readonly performed: 'now' | 'later' | 'never'
  readonly reply: 'own' | 'status' | 'cut' | 'missing'
}

const fates: Readonly<Record<string, Fate>> = {
  reset: { performed: 'never', reply: 'cut' },
  resetBeforeWrite: { performed: 'never', reply: 'cut' },
  lostReply: { performed: 'now', reply: 'cut' },
  lateWrite: { performed: 'later', reply: 'cut' },
  tokenExpired: { performed: 'never', reply: 'own' },
}

/** A `lateWrite` without `delayMs` is performed after this time. */
export const lateMs = 1_000

/** How much later than it arrived a write may be performed because of these rules, in milliseconds. */
export const latest = (rules: readonly FaultRule[]): number =>
  Math.max(0, ...rules.map(({ fault, delayMs = lateMs }) => (fault === 'lateWrite' ? delayMs : 0)))

/** Returns the fate of a request that a rule strikes. */
export const fateOf = (rule: FaultRule | undefined): Fate => {
  if (!rule) return { performed: 'now', reply: 'own' }
  const performed = rule.applied ? 'now' : 'never'
  if (rule.fault === 'missingEntry') return { performed, reply: 'missing' }
  if (isStatus(rule)) return { performed, reply: 'status' }
  return fates[rule.fault] ?? { performed: 'now', reply: 'own' }
}

const isStatus = ({ fault }: FaultRule): boolean => (statusFaults as readonly string[]).includes(fault)

/** Faults of the bytes or the token of a whole reply. */
const ofConnections: ReadonlySet<string> = new Set([
  'reset',
  'resetMidBody',
  'truncatedJson',
  'malformedJson',
  'slowBody',
  'tokenExpired',
])

/** Whether a rule can strike such a request. */
export const strikesHere = ({ fault, share }: FaultRule, place: Place): boolean => {
  if (share !== undefined) return place === 'batch'
  if (fault === 'missingEntry') return place === 'entry'
  return place !== 'entry' || !ofConnections.has(fault)
}
