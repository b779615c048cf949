import type { Clock } from '../core/clock.ts'
import type { QuotaName } from '../data/costs.ts'
import { isFailure, type Reply, type Call, type Link, type Ended } from './call.ts'
import { repliesIn } from './batch-body.ts'
import type { Governor, Turn } from './governor.ts'
import { retryAfterMs } from './retry-after.ts'

/** A reply, or an entry of a batch's reply. */
interface Charged {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

const refusedForLoad = new Set([429, 503, 504, 509])

/** Spends quota before the request, corrects it by the actual cost, and reports the service's load. */
export const govern =
  (governor: Governor, clock: Clock): Link =>
  async (call, { headers }, next) => {
    const appId = call.appId ?? ''
    const priority = priorities[(headers as Record<string, string>)['x-ms-throttle-priority']?.toLowerCase() ?? ''] ?? 0
    const giveBack = async () => {
      for (const { quota, units } of call.charges) await governor.settle(appId, quota, -units)
    }
    const turn = await governor.enter(appId, call.charges, priority, call.signal)
    call.unanswered = false
    let ended: Ended
    try {
      ended = await next()
    } catch (error) {
      turn.done(false)
      if (!call.unanswered) await giveBack()
      throw error
    }
    call.unanswered = isFailure(ended) && ended.sent
    if (isFailure(ended)) {
      turn.done(false)
      if (!ended.sent) await giveBack()
      return ended
    }
    await learn(governor, clock, appId, call, ended, turn)
    return ended
  }

const priorities: Readonly<Record<string, number>> = { low: -1, normal: 0, high: 1 }

const learn = async (governor: Governor, clock: Clock, appId: string, call: Call, whole: Reply, turn: Turn) => {
  const entries = [...repliesIn(whole).values()]
  turn.done([whole, ...entries].some(pushesBack))
  const charged = chargedUnits(entries.length > 0 ? entries : [whole])
  if (charged !== undefined) {
    const spent = call.charges.find(({ quota }) => quota === 'read')?.units ?? 0
    await governor.settle(appId, 'read', charged - spent)
  }
  for (const reply of [whole, ...entries]) {
    if (reply.status !== 429) continue
    governor.throttled()
    const waitMs = retryAfterMs(reply.headers, clock.now(), reply.headers['date'] ?? whole.headers['date'])
    if (waitMs !== undefined) await governor.pause(appId, throttledQuotas(call, reply), clock.now() + waitMs)
  }
}

/** Throttling begins at 1.0; above, some requests are refused. */
const pushesBack = ({ status, headers }: Charged): boolean =>
  refusedForLoad.has(status) || Number(headers['x-ms-throttle-limit-percentage'] ?? 0) >= 1

/** Resource units reported by the service; undefined unless every reply has them. */
const chargedUnits = (replies: readonly Charged[]): number | undefined => {
  let sum = 0
  for (const { headers } of replies) {
    const units = Number(headers['x-ms-resource-unit'])
    // An implausible cost would block all requests.
    if (!(units > 0 && units <= 1000)) return undefined
    sum += units
  }
  return sum
}

/** `x-ms-throttle-scope` names the exhausted quota: `Tenant_Application/Write/…`. Without it, the quotas of the request. */
const throttledQuotas = (call: Call, { headers }: Charged): QuotaName[] => {
  const limit = headers['x-ms-throttle-scope']?.split('/')[1]?.toLowerCase()
  const charged = call.charges.map(({ quota }) => quota)
  if (limit === 'read') return charged.filter(quota => quota !== 'write' && quota !== 'device-write')
  if (limit === 'readwrite') return charged
  const writes = charged.filter(quota => quota === 'write' || quota === 'device-write')
  return writes.length > 0 ? writes : charged
}
