import { isCode } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Shard } from '../../core/parts.ts'
import type { Run, Store } from '../../store/store.ts'
import type { RunInfo } from '../../store/types.ts'
import type { Surroundings } from '../contexts.ts'
import type { Started } from '../run-request.ts'
import { usedSince } from '../used.ts'
import { runShare } from './run-share.ts'

/** Shards that a process reads at once. */
const atOnce = 4
/** How often a process looks what others have done. */
const lookEveryMs = 1000

const shardIn = ({ params }: RunInfo): string => String((params as { readonly shard?: unknown }).shard)

/** The records of the shards of a run by name. Of several of one shard, one that is done. */
export const sharesOf = async (store: Store, run: string): Promise<ReadonlyMap<string, RunInfo>> => {
  const found = new Map<string, RunInfo>()
  for (const info of await store.list({ shareOf: run })) {
    const name = shardIn(info)
    if (found.get(name)?.status !== 'done') found.set(name, info)
  }
  return found
}

/** Acquires a shard, unless another process has been faster. */
const acquire = async (
  { request, id }: Started,
  shard: Shard,
  known: RunInfo | undefined,
): Promise<Run | undefined> => {
  const { store, graph, codeHash, pipeline } = request
  try {
    if (known) return await store.hold(known.id)
    const held = await store.create({
      ...{ pipeline, params: { shard: shard.name }, inputHash: id, codeHash, resumable: true, shareOf: id },
      ...given({ tenant: graph?.tenant }),
    })
    if ((await sharesOf(store, id)).get(shard.name)?.status !== 'done') return held
    // It was read since the shards were looked at.
    await held.release()
    await store.discard(held.id)
    return undefined
  } catch (error) {
    if (isCode(error, 'RUN_ACTIVE') || isCode(error, 'RUN_NOT_RESUMABLE') || isCode(error, 'RUN_UNKNOWN'))
      return undefined
    throw error
  }
}

/**
 * Reads shards that nobody reads, some at once.
 *
 * @param until `all` waits until others have read theirs, too, and takes them up if they die; `none` ends when none is left to take
 * @param looked called with the records of all shards, now and then
 */
export const workShares = async (
  started: Started,
  around: Surroundings,
  shards: readonly Shard[],
  until: 'all' | 'none',
  looked: (shares: ReadonlyMap<string, RunInfo>) => Promise<void> = async () => undefined,
): Promise<void> => {
  const { store, clock, graph } = started.request
  const ending = new AbortController()
  const within = { ...around, signal: AbortSignal.any([around.signal, ending.signal]) }
  const active = new Map<string, Promise<void>>()
  let failed: { readonly error: unknown } | undefined
  let since = usedSince(graph)
  const used = (): Readonly<Record<string, number>> => {
    const found = { ...since() }
    since = usedSince(graph)
    return found
  }
  const begin = async (shard: Shard, at: number, known: RunInfo | undefined): Promise<void> => {
    try {
      const held = await acquire(started, shard, known)
      if (held) await runShare(started, within, { shard, at, held }, used)
    } catch (error) {
      // Another process has it by now.
      if (!isCode(error, 'LEASE_LOST')) failed ??= { error }
    } finally {
      active.delete(shard.name)
    }
  }
  try {
    for (;;) {
      around.signal.throwIfAborted()
      if (failed) throw failed.error
      const shares = await sharesOf(store, started.id)
      await looked(shares)
      const left = shards.filter(({ name }) => shares.get(name)?.status !== 'done' && !active.has(name))
      if (left.length === 0 && active.size === 0) return
      const free = left.filter(({ name }) => shares.get(name)?.status !== 'running')
      if (until === 'none' && free.length === 0 && active.size === 0) return
      for (const shard of free.slice(0, atOnce - active.size))
        active.set(shard.name, begin(shard, shards.indexOf(shard), shares.get(shard.name)))
      const woken = new AbortController()
      const pause = clock.sleep(lookEveryMs, AbortSignal.any([within.signal, woken.signal])).catch(() => undefined)
      await Promise.race([pause, ...active.values()])
      woken.abort()
    }
  } finally {
    ending.abort(around.signal.aborted ? around.signal.reason : new Error('The shares of a run have ended.'))
    await Promise.allSettled(active.values())
  }
}
