import { readdirSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Shard, Source } from '../../src/core/parts.ts'
import { parsedRows } from '../../src/engine/arrived.ts'
import { uniqueKeys } from '../../src/engine/unique.ts'
import { openIdJournal } from '../../src/store/id-journal.ts'
import { onlyPhase } from '../../src/store/types.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'
import { bed } from './plan-bed.ts'

/** Breaks at the page of this number, counted over all shards. */
interface Breaks {
  at: number
}

const broken = () => new EntrapipeError('GRAPH_UNAVAILABLE', 'It broke off.')
const idsOf = (text: string): readonly string[] =>
  text
    .trimEnd()
    .split('\n')
    .map(line => (JSON.parse(line) as { readonly id: string }).id)

/** Twenty pages of five objects, of which each comes a second time in the page after; only every seventh page has a position. */
const repeating = (breaks: Breaks): Source<unknown> => ({
  kind: 'repeating',
  keys: 'unique',
  async *read(ctx, _shard, from) {
    for (let page = typeof from === 'number' ? from : 0; page < 20; page++) {
      if (page === breaks.at) throw broken()
      const ids = Array.from({ length: 10 }, (_, at) => `id-${(page - 1) * 5 + at}`).filter(id => !id.includes('--'))
      const rows = ids.map(id => ({ key: id, value: { id, distinct: ctx.distinct!() > 0 } }))
      yield { rows, ...((page + 1) % 7 === 0 && { position: page + 1 }) }
    }
  },
})

t.test('a run interrupted anywhere and resumed has each row once, in order, even if positions are rare', async t => {
  for (const first of [1, 3, 6, 7, 8, 13, 14, 19]) {
    const { run, text } = bed(t)
    const breaks: Breaks = { at: first }
    const plan = { source: repeating(breaks), sink: jsonl({ to: 'out/x.jsonl' }), rowsPerCut: 5 }
    await t.rejects(run(plan), { code: 'GRAPH_UNAVAILABLE' })
    breaks.at = Infinity
    const { manifest } = await run(plan)
    t.strictSame(
      idsOf(text('out/x.jsonl')),
      Array.from({ length: 100 }, (_, at) => `id-${at}`),
      `interrupted at page ${first}`,
    )
    t.match(manifest, { resumed: 1, counts: { read: 100, repeated: 95, written: 100 } })
  }
})

/** Two shards with the same ids: of three pages each has one of new ids, then two that come again; few have a position. */
const overlapping = (breaks: Breaks): Source<unknown> => {
  let pages = 0
  return {
    kind: 'overlapping',
    keys: 'unique',
    split: async () => [{ name: 'a' }, { name: 'b' }],
    async *read(_ctx, _shard, from) {
      for (let page = typeof from === 'number' ? from : 0; page < 15; page++) {
        if (pages++ === breaks.at) throw broken()
        const rows = Array.from({ length: 4 }, (_, at) => `id-${Math.floor(page / 3) * 4 + at}`).map(id => ({
          key: id,
          value: { id },
        }))
        yield { rows, ...((page + 1) % 5 === 0 && { position: page + 1 }) }
      }
    },
  }
}

t.test('an interrupted and resumed run counts as many repeated rows as an uninterrupted one', async t => {
  for (let at = 1; at < 26; at += 3) {
    const { run } = bed(t)
    const breaks: Breaks = { at }
    const planOf = () => ({ source: overlapping(breaks), sink: jsonl({ to: 'out/x.jsonl' }), rowsPerCut: 3 })
    await t.rejects(run(planOf()), { code: 'GRAPH_UNAVAILABLE' })
    breaks.at = 3
    await t.rejects(run(planOf()), { code: 'GRAPH_UNAVAILABLE' })
    breaks.at = Infinity
    const { manifest } = await run(planOf())
    t.match(manifest, { counts: { read: 20, repeated: 100, written: 20 } }, `interrupted at page ${at}`)
  }
})

t.test('a run with a corrupted key journal is not resumed', async t => {
  const { run, folder, store } = bed(t)
  const breaks: Breaks = { at: 9 }
  const plan = { source: repeating(breaks), sink: jsonl({ to: 'out/x.jsonl' }), rowsPerCut: 5 }
  await t.rejects(run(plan), { code: 'GRAPH_UNAVAILABLE' })
  const [{ id } = { id: '' }] = await store.list()
  const state = join(folder, 'store', 'runs', id, 'state', 'main')
  const [file = ''] = readdirSync(state).filter(name => name.endsWith('.ids'))
  truncateSync(join(state, file), 16)
  await t.rejects(run(plan), { code: 'PARTIAL_CHANGED', fix: 'Start over with --fresh.' })
})

const rowsOf = (...keys: readonly string[]) => parsedRows(keys.map(key => ({ key, value: {} })))

t.test('rows rejected by the source are also recognised as repeats, and each repeat is counted', async t => {
  const keys = uniqueKeys(openIdJournal(join(t.testdir(), 'ids'), 0), 'list')
  const rows = rowsOf('a', 'b')
  const first = keys.fresh('x', rows, ['c', 'd'])
  t.strictSame([first.rows, first.settled, first.repeated], [rows, ['c', 'd'], 0])
  const second = keys.fresh('y', rows, ['d', 'e'])
  t.strictSame([second.rows.count, second.settled, second.repeated], [0, ['e'], 3])
  t.strictSame([keys.distinct('x'), keys.distinct('y'), keys.saved().length], [4, 1, 5])
})

t.test('a checkpoint has only shards with rows after their position, however many there were', async t => {
  const journal = openIdJournal(join(t.testdir(), 'ids'), 0)
  const keys = uniqueKeys(journal, 'list')
  for (const shard of ['a', 'b', 'c', 'd']) keys.fresh(shard, rowsOf(shard, `${shard}2`), [])
  for (const shard of ['a', 'c']) keys.placed(shard)
  keys.fresh('e', rowsOf(), [])
  t.strictSame(keys.saved().sincePosition, { b: 2, d: 2 })
  const resumed = uniqueKeys(journal, 'list', keys.saved())
  resumed.fresh('b', rowsOf('b', 'b2'), [])
  resumed.placed('b')
  resumed.fresh('d', rowsOf('d'), [])
  t.strictSame(resumed.saved().sincePosition, { d: 2 })
})

/** A shard of so many rows gives the first ten, and names two shards for the rest of them. */
const splitting = (breaks: Breaks): Source<unknown> => {
  let pages = 0
  return {
    kind: 'splitting',
    async split() {
      if (breaks.at === Infinity) throw new Error('a resumed run never splits afresh')
      return [{ name: '0-160', range: [0, 160] }]
    },
    async *read(_ctx, shard: Shard, from) {
      const [begin, end] = shard.range as readonly [number, number]
      for (let at = begin + (typeof from === 'number' ? from : 0); at < end; at += 5) {
        if (pages++ === breaks.at) throw broken()
        const rows = Array.from({ length: 5 }, (_, row) => ({ key: at + row, value: { id: `${at + row}` } }))
        const next = at + 5
        const middle = next + Math.floor((end - next) / 10) * 5
        const halves = [
          [next, middle],
          [middle, end],
        ].filter(([low, high]) => low! < high!)
        const isSplit = next - begin === 10 && halves.length > 0
        yield {
          rows,
          position: next - begin,
          ...(isSplit && { rest: halves.map(([low, high]) => ({ name: `${low}-${high}`, range: [low!, high!] })) }),
        }
      }
    },
  }
}

t.test('remaining shards are read once each, wherever the run is interrupted', async t => {
  for (const at of [1, 2, 3, 5, 8, 13, 21, 31]) {
    const { run, text, store } = bed(t)
    const breaks: Breaks = { at }
    const planOf = () => ({ source: splitting(breaks), sink: jsonl({ to: 'out/x.jsonl' }), rowsPerCut: 10 })
    await t.rejects(run(planOf()), { code: 'GRAPH_UNAVAILABLE' })
    const [{ id } = { id: '' }] = await store.list()
    const { shards, checkpoint } = await store.read(id, async found => ({
      shards: (await found.phase(onlyPhase).loadShards())!.map(({ name }) => name),
      checkpoint: await found.phase(onlyPhase).loadCheckpoint(),
    }))
    for (const name of Object.keys(checkpoint?.positions ?? {})) t.ok(shards.includes(name), 'saved with its shard')
    // Without a checkpoint it starts over, with a new split.
    breaks.at = checkpoint ? Infinity : 1_000
    await run(planOf())
    t.strictSame(
      idsOf(text('out/x.jsonl')).toSorted((a, b) => Number(a) - Number(b)),
      Array.from({ length: 160 }, (_, row) => `${row}`),
      `interrupted at page ${at}`,
    )
  }
})
