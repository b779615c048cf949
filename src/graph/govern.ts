import type { Clock } from '../core/clock.ts'
import type { QuotaName } from '../data/costs.ts'
import { isFailure, type Reply, type Call, type Charge, type Link, type Ended } from './call.ts'
import { repliesIn } from './batch-body.ts'
import { chargesOf } from './charges.ts'
import type { Governor } from './governor.ts'
import { retryAfterMs } from './retry-after.ts'

/** A reply, or an entry of a batch's reply. */
interface Charged {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
}

const refusedForLoad = new Set([429, 503, 504, 509])

/** Spends quota before the request, corrects it by the actual cost, and reports the service's load. */
export const govern = (governor: Governor, clock: Clock): Link => {
  // The reply is returned even if the budget's file is unusable. Otherwise a completed change would count as not sent.
  let unrecorded: { readonly error: unknown } | undefined
  const record = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      unrecorded = { error }
    }
  }
  return async (call, { headers }, next) => {
    if (unrecorded) {
      const { error } = unrecorded
      unrecorded = undefined
      throw error
    }
    const appId = call.appId ?? ''
    const priority = priorities[(headers as Record<string, string>)['x-ms-throttle-priority']?.toLowerCase() ?? ''] ?? 0
    const giveBack = () => record(() => settleAll(governor, appId, call.charges))
    const turn = await governor.enter(appId, call.charges, priority, call.signal)
    call.unanswered = false
    call.stepAside = turn.stepAside
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
    const reply = ended
    const entries = repliesIn(reply)
    turn.done(pushesBack(reply) || mostOf([...entries.values()], pushesBack))
    await record(() => learn(governor, clock, appId, call, reply, entries))
    return ended
  }
}

const priorities: Readonly<Record<string, number>> = { low: -1, normal: 0, high: 1 }

/** Returns charges. */
const settleAll = async (governor: Governor, appId: string, charges: readonly Charge[]): Promise<void> => {
  for (const { quota, units } of charges) await governor.settle(appId, quota, -units)
}

/** Whether the test holds for most items. A few throttled entries say little about the load, and each waits by itself. */
const mostOf = <T>(items: readonly T[], test: (item: T) => boolean): boolean =>
  items.length > 0 && items.filter(test).length * 2 >= items.length

const learn = async (
  governor: Governor,
  clock: Clock,
  appId: string,
  call: Call,
  whole: Reply,
  replies: ReadonlyMap<string, Reply>,
): Promise<void> => {
  const entries = [...replies.values()]
  // Graph neither performs nor charges these. What it throttles counts.
  const unperformed = chargesOf((call.entries ?? []).filter((_, at) => replies.get(String(at + 1))?.status === 424))
  await settleAll(governor, appId, unperformed)
  const performed = entries.filter(({ status }) => status !== 424)
  const charged = chargedUnits(entries.length > 0 ? performed : [whole])
  if (charged !== undefined)
    await governor.settle(appId, 'read', charged - readUnits(call.charges) + readUnits(unperformed))
  const isThrottled = ({ status }: Charged): boolean => status === 429
  const areMost = mostOf(entries, isThrottled)
  for (const reply of [whole, ...entries].filter(isThrottled)) {
    governor.throttled()
    if (reply !== whole && !areMost && reply.headers['x-ms-throttle-scope'] === undefined) continue
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

const readUnits = (charges: readonly Charge[]): number => charges.find(({ quota }) => quota === 'read')?.units ?? 0

/** `x-ms-throttle-scope` names the exhausted quota: `Tenant_Application/Write/…`. Without it, the quotas of the request. */
const throttledQuotas = (call: Call, { headers }: Charged): QuotaName[] => {
  const limit = headers['x-ms-throttle-scope']?.split('/')[1]?.toLowerCase()
  const charged = call.charges.map(({ quota }) => quota)
  if (limit === 'read') return charged.filter(quota => quota !== 'write' && quota !== 'device-write')
  if (limit === 'readwrite') return charged
  const writes = charged.filter(quota => quota === 'write' || quota === 'device-write')
  return writes.length > 0 ? writes : charged
}
