import type { Json } from '../../core/json.ts'
import type { Mark, Shard } from '../../core/parts.ts'
import type { Store } from '../../store/store.ts'
import type { RowQuery, SettledResult } from '../../store/types.ts'
import type { Surroundings } from '../contexts.ts'
import { ended } from '../merge.ts'
import { originScope, type SavedOrigin } from '../read-shards.ts'
import type { Started } from '../run-request.ts'
import { sourceContextOf } from '../scoped-context.ts'
import { summaryOf, type ShareSummary } from './share-summary.ts'
import { sharesOf } from './work-shares.ts'

interface Joined {
  readonly shard: Shard
  readonly run: string
  readonly summary: ShareSummary
}

/** The results of a share, with the inputs that were kept. */
async function* resultsIn(store: Store, run: string): AsyncGenerator<readonly SettledResult[], void, void> {
  let after: RowQuery['after']
  for (;;) {
    const page = await store.read(run, async reader =>
      (await reader.readRows({ limit: 500, ...(after && { after }) })).map(row => ({
        row,
        input: reader.openInput(row),
      })),
    )
    const last = page.at(-1)
    if (!last) return
    after = last.row
    yield page.map(({ row: { result }, input }): SettledResult => {
      const { phase: _, sequence: __, at: ___, ...settled } = result
      return input ? { ...settled, input } : settled
    })
  }
}

const originOf = (all: readonly Joined[]): Json => {
  const origins = all.map(({ summary }) => summary.origin)
  const first = <K extends 'tenant' | 'limit'>(name: K) => origins.find(each => each[name] !== undefined)?.[name]
  const saved: Partial<SavedOrigin> = {
    ...{ tenant: first('tenant'), limit: first('limit'), notes: [...new Set(origins.flatMap(({ notes }) => notes))] },
    claims: all.map(({ shard, summary: { origin } }) => [
      shard.name,
      {
        ...(origin.completeness && { completeness: origin.completeness }),
        ...(origin.why !== undefined && { why: origin.why }),
      },
    ]),
  }
  return JSON.parse(JSON.stringify(saved)) as Json
}

const sum = (all: readonly Joined[]): Readonly<Record<string, number>> => {
  const counters: Record<string, number> = {}
  for (const { summary } of all)
    for (const [name, value] of Object.entries(summary.counters)) counters[name] = (counters[name] ?? 0) + value
  return counters
}

/**
 * Makes a checkpoint of what all shards have written, as if one process had read them. A shard with a row that was also read in an
 * earlier one, or twice, is left out, and what it has written is dropped: the run reads it again, and drops the repeated rows.
 */
export const joinShares = async (started: Started, around: Surroundings, shards: readonly Shard[]): Promise<void> => {
  const { run, request, plan } = started
  const { store } = request
  const spreading = plan.sink.spreading!
  const ctx = sourceContextOf(around, started, () => undefined)
  await run.rewind()
  const shares = await sharesOf(store, started.id)
  const clean: Joined[] = []
  const journal = run.ids()
  let isDirty = false
  for (const shard of shards) {
    const info = shares.get(shard.name)!
    const summary = await store.read(info.id, summaryOf)
    const keys = summary && (await spreading.keysIn(ctx, summary.mark))
    // All of them are added: a later shard may repeat one.
    const isWhole = keys !== undefined && journal.addAll(keys).every(isNew => isNew)
    if (isWhole) clean.push({ shard, run: info.id, summary: summary! })
    else isDirty = true
  }
  const ids = isDirty ? run.ids() : journal
  if (isDirty) for (const { summary } of clean) ids.addAll((await spreading.keysIn(ctx, summary.mark)) ?? [])
  for (const share of clean)
    for await (const results of resultsIn(store, share.run)) await run.appendResults(0, results)
  await run.saveShards(shards)
  await run.saveCheckpoint({
    cut: 1,
    positions: Object.fromEntries(clean.map(({ shard }) => [shard.name, ended])),
    states: { [originScope]: originOf(clean) },
    mark: spreading.join(clean.map(({ summary }): Mark => summary.mark)),
    counters: sum(clean),
    ids: { length: ids.length, checksum: ids.checksum },
  })
}
