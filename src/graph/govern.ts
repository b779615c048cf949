import type { Clock } from '../core/clock.ts'
import type { QuotaName } from '../data/costs.ts'
import { isFailure, type Answer, type Call, type Link, type Outcome } from './call.ts'
import type { Governor, Turn } from './governor.ts'
import { retryAfterMs } from './retry-after.ts'

/** A reply, or an entry of a batch's reply. */
interface Charged {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

const refusedForLoad = new Set([429, 503, 504, 509])

/** Spends before the request, corrects by what was charged, and passes on what the service says about being asked too much. */
export const govern =
  (governor: Governor, clock: Clock): Link =>
  async (call, { headers }, next) => {
    const appId = call.appId ?? ''
    const priority = priorities[(headers as Record<string, string>)['x-ms-throttle-priority']?.toLowerCase() ?? ''] ?? 0
    const turn = await governor.enter(appId, call.charges, priority, call.signal)
    let outcome: Outcome
    try {
      outcome = await next()
    } catch (error) {
      turn.done(false)
      throw error
    }
    if (isFailure(outcome)) {
      turn.done(false)
      if (!outcome.sent) for (const { quota, units } of call.charges) await governor.settle(appId, quota, -units)
      return outcome
    }
    await learn(governor, clock, appId, call, outcome, turn)
    return outcome
  }

const priorities: Readonly<Record<string, number>> = { low: -1, normal: 0, high: 1 }

const learn = async (governor: Governor, clock: Clock, appId: string, call: Call, answer: Answer, turn: Turn) => {
  const replies = [answer, ...entriesOf(answer)]
  turn.done(replies.some(pushesBack))
  const charged = chargedUnits(answer)
  if (charged !== undefined) {
    const spent = call.charges.find(({ quota }) => quota === 'read')?.units ?? 0
    await governor.settle(appId, 'read', charged - spent)
  }
  for (const reply of replies) {
    if (reply.status !== 429) continue
    governor.throttled()
    const waitMs = retryAfterMs(reply.headers, clock.now(), reply.headers['date'] ?? answer.headers['date'])
    if (waitMs !== undefined) await governor.pause(appId, throttledQuotas(call, reply), clock.now() + waitMs)
  }
}

/** At 1.0 throttling begins; above it a part of the requests is refused. */
const pushesBack = ({ status, headers }: Charged): boolean =>
  refusedForLoad.has(status) || Number(headers['x-ms-throttle-limit-percentage'] ?? 0) >= 1

/** Entries of a batch's reply, with their headers in lower case. */
const entriesOf = ({ body, status }: Answer): Charged[] => {
  const entries = status === 200 ? (body as { responses?: unknown } | undefined)?.responses : undefined
  return Array.isArray(entries)
    ? entries.map(entry => ({ status: Number(entry?.status), headers: lowerCased(entry?.headers) }))
    : []
}

/** Headers by their names in lower case. */
export const lowerCased = (headers: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]))

/** Resource units that the service says it took; undefined unless it says so for every entry. */
const chargedUnits = (answer: Answer): number | undefined => {
  const entries = entriesOf(answer)
  let sum = 0
  for (const { headers } of entries.length > 0 ? entries : [answer]) {
    const units = Number(headers['x-ms-resource-unit'])
    if (!(units > 0)) return undefined
    sum += units
  }
  return sum
}

/** `x-ms-throttle-scope` names what is exhausted: `Tenant_Application/Write/…`. Without it, what the request is about. */
const throttledQuotas = (call: Call, { headers }: Charged): QuotaName[] => {
  const limit = headers['x-ms-throttle-scope']?.split('/')[1]?.toLowerCase()
  const charged = call.charges.map(({ quota }) => quota)
  if (limit === 'read') return charged.filter(quota => quota !== 'write' && quota !== 'device-write')
  if (limit === 'readwrite') return charged
  const writes = charged.filter(quota => quota === 'write' || quota === 'device-write')
  return writes.length > 0 ? writes : charged
}
