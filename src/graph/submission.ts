import type { Clock } from '../core/clock.ts'
import { EntrapipeError, errorOf } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Ending, Leaving, Submission, SubmissionOptions, Tenant, Unit } from '../core/graph.ts'
import { widest } from './batch-body.ts'
import type { BoundWatch } from './bound.ts'
import type { OnGraphEvent } from './events.ts'
import type { Exchange } from './exchange.ts'
import { notSent, settleParty, type Pending, type Party } from './party.ts'
import { isRepeatable, refuseChange } from './reading.ts'
import type { RetryPolicy } from './retry-policy.ts'
import { roundTrip } from './round-trip.ts'

/** Options of `createSubmission`. */
interface SubmissionSetting {
  readonly policy: RetryPolicy
  readonly clock: Clock
  readonly tenant: Tenant
  readonly readOnly: boolean
  readonly random: () => number
  readonly onEvent: OnGraphEvent
  readonly exchange: Exchange
  /** Observes waits of the caller and of the service. */
  readonly watch: BoundWatch
}

/** Maximum number of round trips requested at once; the governor decides how many are sent. */
const mostTrips = 16
/** With this many pending, a batch that is not full waits for more requests until a reply arrives. */
const busyTrips = 8
/** Maximum number of pending requests. It bounds memory and leaves four batches queued behind those in progress. */
const mostOpen = (mostTrips + 4) * widest

/** Opens a submission; see `Submission` for its contract. */
export const createSubmission = <U extends Unit>(
  setting: SubmissionSetting,
  { leaving, writing, ended, longestWaitMs, signal }: SubmissionOptions<U>,
): Submission<U> => {
  const { clock, tenant, onEvent, watch } = setting
  const settling = { ...setting, ...given({ longestWaitMs }) }
  const ready: Party<U>[] = []
  /** Round trips that were refused for their content, in halves. */
  const halves: (readonly Party<U>[])[] = []
  const trips = new Set<ReturnType<typeof roundTrip>>()
  const stopped = new AbortController()
  let open = 0
  let isDue = false
  let change = Promise.withResolvers<void>()

  const changed = () => {
    const { resolve } = change
    change = Promise.withResolvers()
    resolve()
  }
  const breakOff = (error: unknown, cut = false) => {
    if (stopped.signal.aborted) return
    stopped.abort(error)
    for (const trip of trips) trip.stop(error, cut)
    const unsent = [...halves.splice(0).flat(), ...ready.splice(0)]
    void tell(unsent.flatMap(({ items }) => notSent(items, { why: 'unsent', error: errorOf(error) }, tenant)))
    changed()
  }
  const aborted = () => breakOff(signal?.reason, true)
  const tell = async (endings: readonly Ending<U>[]): Promise<void> => {
    if (endings.length === 0) return
    try {
      await ended(endings)
    } catch (error) {
      breakOff(error)
    }
    open -= endings.length
    if (open === 0) signal?.removeEventListener('abort', aborted)
    changed()
  }

  const announce = async (requests: readonly Leaving<U>[]): Promise<void> => {
    stopped.signal.throwIfAborted()
    try {
      await leaving(requests)
    } catch (error) {
      breakOff(error)
      throw error
    }
  }
  const send = async (parties: readonly Party<U>[]): Promise<void> => {
    const items = parties.flatMap(party => party.items)
    const under = roundTrip(items, parties[0]!.items.length > 1, { announce, writing }, setting)
    trips.add(under)
    const trip = await under.trip
    trips.delete(under)
    pumpSoon()
    if (trip.kind === 'not-sent' && trip.why === 'refused' && parties.length > 1) {
      if (stopped.signal.aborted) {
        // Nothing more is sent, so which of them was refused is not known.
        const { reason } = stopped.signal
        return tell(notSent(items, { why: 'unsent', error: errorOf(reason) }, tenant))
      }
      const middle = Math.ceil(parties.length / 2)
      halves.push(parties.slice(0, middle), parties.slice(middle))
      return
    }
    const endings: Ending<U>[] = []
    const again: { readonly party: Party<U>; readonly waitMs: number }[] = []
    let first = 0
    for (const party of parties) {
      const settled = settleParty(party, trip, first, settling)
      first += party.items.length
      endings.push(...settled.endings)
      if (settled.again) again.push(settled.again)
    }
    if (again.length > 0)
      onEvent({
        kind: 'retry',
        method: 'POST',
        path: '/$batch',
        attempt: Math.max(...again.map(({ party }) => party.failures)),
        waitMs: Math.max(...again.map(({ waitMs }) => waitMs)),
        why: `${items.length - endings.length} of ${items.length} requests of a batch`,
      })
    // The owner records what a reply settled before the rest of its chain is sent.
    await tell(endings)
    for (const { party, waitMs } of again) void resend(party, waitMs)
  }
  const resend = async (party: Party<U>, waitMs: number): Promise<void> => {
    try {
      if (waitMs > 0) await watch.held(clock.sleep(waitMs, stopped.signal))
      stopped.signal.throwIfAborted()
    } catch (error) {
      return tell(notSent(party.items, { why: 'unsent', error: errorOf(error) }, tenant))
    }
    ready.unshift(party)
    pumpSoon()
  }

  /** The parties of the next round trip: a chain alone, or single requests. */
  const next = (): readonly Party<U>[] | undefined => {
    const half = halves.shift()
    if (half) return half
    const head = ready[0]
    if (!head) return undefined
    if (!isSingle(head)) return [ready.shift()!]
    const singles = ready.filter(isSingle).slice(0, widest)
    if (singles.length < widest && trips.size >= busyTrips) return undefined
    for (const single of singles) ready.splice(ready.indexOf(single), 1)
    return singles
  }
  const pump = () => {
    isDue = false
    while (!stopped.signal.aborted && trips.size < mostTrips) {
      const parties = next()
      if (!parties) return
      void send(parties)
    }
  }
  /** At the end of this turn, so that units submitted one after the other are sent together. */
  const pumpSoon = () => {
    if (isDue) return
    isDue = true
    setImmediate(pump)
  }

  return {
    async submit(unit) {
      checkUnit(unit, setting.readOnly)
      signal?.throwIfAborted()
      stopped.signal.throwIfAborted()
      if (open === 0) signal?.addEventListener('abort', aborted, { once: true })
      open += unit.requests.length
      ready.push({ items: unit.requests.map((request, at) => itemOf(unit, request, at)), failures: 0 })
      pumpSoon()
      while (open >= mostOpen && !stopped.signal.aborted) await watch.waiting(change.promise)
      stopped.signal.throwIfAborted()
    },
    async drained() {
      while (open > 0) await watch.waiting(change.promise)
      stopped.signal.throwIfAborted()
      signal?.throwIfAborted()
    },
  }
}

/** Whether it may share a batch with others. */
const isSingle = <U extends Unit>({ items }: Party<U>): boolean => items.length === 1 && !items[0]!.request.unbatched

const itemOf = <U extends Unit>(unit: U, request: Pending<U>['request'], at: number): Pending<U> => ({
  unit,
  at,
  request,
  repeatable: isRepeatable(request),
  attempts: 0,
  lostBefore: false,
  renewed: false,
})

const checkUnit = ({ requests }: Unit, readOnly: boolean): void => {
  if (requests.length < 1 || requests.length > widest)
    throw new EntrapipeError('OPTION_INVALID', `Expected a unit of 1 to ${widest} requests, got ${requests.length}`)
  if (requests.length > 1 && requests.some(({ unbatched }) => unbatched))
    throw new EntrapipeError('OPTION_INVALID', 'Expected a request that is not batched to be the only one of its unit')
  if (requests.some(({ url }) => /^\/?\$batch\b/i.test(url)))
    throw new EntrapipeError('OPTION_INVALID', 'Expected requests that are not batches, since batches cannot be nested')
  if (readOnly) requests.forEach(refuseChange)
}
