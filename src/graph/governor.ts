import type { Bucket, Budget } from '../core/budget.ts'
import type { Clock } from '../core/clock.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Usage } from '../core/graph.ts'
import type { QuotaName } from '../data/costs.ts'
import type { BoundWatch } from './bound.ts'
import type { Charge } from './call.ts'
import { createConcurrency, type ConcurrencyOptions } from './concurrency.ts'
import { createGate, type Gate } from './gate.ts'
import type { Quotas } from './quotas.ts'
import { untilWords } from './wait-words.ts'

/** A request that may be sent. */
interface Turn {
  readonly sentAtMs: number
  /** Call when the request was answered or lost. `pushedBack`: the service throttled it, or is failing. */
  done(pushedBack: boolean): void
  /** Gives its slot to the next request before it is done, because the rest of its reply waits for this process. */
  stepAside(): void
}

/** Schedules all requests of one tenant. `enter` resolves when quota and a slot are available. */
export interface Governor {
  /** Waits for quota and a slot. @param priority higher goes first */
  enter(appId: string, charges: readonly Charge[], priority: number, signal?: AbortSignal): Promise<Turn>
  /** Corrects the cost of a request; negative units are returned. */
  settle(appId: string, quota: QuotaName, units: number): Promise<void>
  /** Pauses quotas, because the service asked to wait. */
  pause(appId: string, quotas: readonly QuotaName[], untilMs: number): Promise<void>
  /** The request, or an entry of a batch, was throttled. */
  throttled(): void
  /** Current usage. */
  state(): Omit<Usage, 'bound'>
}

/** Options of `createGovernor`. */
interface GovernorOptions {
  readonly tenantId: string
  /** Separates the quotas of one service from those of another with the same tenant. @default shared */
  readonly budgetScope?: string
  readonly budget: Budget
  readonly quotas: Quotas
  readonly clock: Clock
  /** Observes waits for quota. */
  readonly watch: Pick<BoundWatch, 'held'>
  readonly concurrency?: ConcurrencyOptions
  /** The longest pause to wait for; a longer one throws `GRAPH_THROTTLED`. @default no limit */
  readonly waitBudgetMs?: number
}

/**
 * One per app and tenant. Spends quota before a request, delays requests that exceed it, and admits by priority. Requests
 * with the same charges wait in one lane, so that writes without quota do not delay reads.
 */
export const createGovernor = (options: GovernorOptions): Governor => {
  const { tenantId, budgetScope, budget, quotas, clock, watch, concurrency, waitBudgetMs = Infinity } = options
  const places = createGate(concurrency?.start ?? 8)
  const limit = createConcurrency(clock, to => places.resize(to), concurrency)
  const lanes = new Map<string, Gate>()
  const buckets = new Map<string, Bucket>()
  const sums = { requests: 0, units: 0, writes: 0, throttled: 0, quotaWaitMs: 0, placeWaitMs: 0, sendMs: 0 }

  const bucketOf = (appId: string, quota: QuotaName): Bucket | undefined => {
    const size = quotas[quota]
    if (!size) return undefined
    const name = `${quota}/${appId}/${tenantId}${budgetScope === undefined ? '' : `/${budgetScope}`}`
    let bucket = buckets.get(name)
    if (!bucket) buckets.set(name, (bucket = { name, ...size }))
    return bucket
  }

  const laneOf = (charges: readonly Charge[]): Gate => {
    let name = ''
    for (const { quota } of charges) name += `${quota} `
    let lane = lanes.get(name)
    if (!lane) lanes.set(name, (lane = createGate(1)))
    return lane
  }

  /** Takes a slot and quota. A request that waits for quota holds no slot, so that others can be sent. */
  const pay = async (
    appId: string,
    charges: readonly Charge[],
    priority: number,
    signal?: AbortSignal,
  ): Promise<number> => {
    const spend = charges.flatMap(({ quota, units }) => {
      const bucket = bucketOf(appId, quota)
      return bucket ? [{ bucket, units }] : []
    })
    for (let waitedMs = 0; ;) {
      const place = places.enter(priority, signal)
      if (place) await place
      let waitMs: number
      try {
        waitMs = spend.length > 0 ? await budget.take(spend) : 0
      } catch (error) {
        places.leave()
        throw error
      }
      if (waitMs <= 0) return waitedMs
      places.leave()
      if (waitMs > waitBudgetMs) throw paused(waitMs, clock.now())
      await watch.held(clock.sleep(waitMs, signal))
      waitedMs += waitMs
    }
  }

  const turnOf = (sentAtMs: number): Turn => {
    let wasFull: boolean | undefined
    const isFull = (): boolean => places.inside >= limit.limit
    return {
      sentAtMs,
      stepAside() {
        if (wasFull !== undefined) return
        wasFull = isFull()
        places.leave()
      },
      done(pushedBack) {
        sums.sendMs += clock.now() - sentAtMs
        if (pushedBack) limit.pushedBack(sentAtMs)
        else limit.wentWell(wasFull ?? isFull())
        if (wasFull === undefined) places.leave()
      },
    }
  }

  return {
    async enter(appId, charges, priority, signal) {
      const askedAtMs = clock.now()
      const lane = laneOf(charges)
      const turn = lane.enter(priority, signal)
      if (turn) await turn
      let quotaWaitMs: number
      try {
        quotaWaitMs = await pay(appId, charges, priority, signal)
      } finally {
        lane.leave()
      }
      const sentAtMs = clock.now()
      sums.requests++
      for (const { quota, units } of charges)
        if (quota === 'read') sums.units += units
        else if (quota === 'write') sums.writes += units
      sums.quotaWaitMs += quotaWaitMs
      sums.placeWaitMs += Math.max(0, sentAtMs - askedAtMs - quotaWaitMs)
      return turnOf(sentAtMs)
    },
    async settle(appId, quota, units) {
      if (units === 0) return
      if (quota === 'read') sums.units += units
      else if (quota === 'write') sums.writes += units
      const bucket = bucketOf(appId, quota)
      if (bucket) await budget.settle(bucket, units)
    },
    async pause(appId, names, untilMs) {
      for (const name of names) {
        const bucket = bucketOf(appId, name)
        if (bucket) await budget.pause(bucket, untilMs)
      }
    },
    throttled: () => {
      sums.throttled++
    },
    state: () => ({
      ...sums,
      limit: limit.limit,
      inFlight: places.inside,
      waiting: places.waiting + [...lanes.values()].reduce((sum, lane) => sum + lane.waiting, 0),
    }),
  }
}

/** No quota takes this long to refill, so the service asked for the pause earlier, here or in a process that shares the budget. */
const paused = (waitMs: number, nowMs: number): EntrapipeError =>
  new EntrapipeError(
    'GRAPH_THROTTLED',
    `Graph has asked this app to wait ${untilWords(waitMs, nowMs)}. That exceeds the longest wait for a request.`,
    { retryAfterMs: waitMs, fix: 'Run the same command again after that time.' },
  )
