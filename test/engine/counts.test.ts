import { PassThrough } from 'node:stream'
import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Fields } from '../../src/core/json.ts'
import type { Source } from '../../src/core/parts.ts'
import { fuse, type StageCounts } from '../../src/engine/stage.ts'
import type { OpenStep } from '../../src/engine/steps.ts'
import { csv as toCsv } from '../../src/sinks/csv.ts'
import { jsonl as toJsonl } from '../../src/sinks/jsonl.ts'
import { filter } from '../../src/transforms/filter.ts'
import { map } from '../../src/transforms/map.ts'
import { bed } from './plan-bed.ts'

/** Numbers from 0 in pages of ten, each where it stands. */
const numbers = (n: number): Source<Fields> => ({
  kind: 'numbers',
  async *read(_ctx, _shard, from) {
    for (let at = (from as number | undefined) ?? 0; at < n; at += 10)
      yield {
        rows: Array.from({ length: Math.min(10, n - at) }, (_, more) => ({ key: at + more, value: { n: at + more } })),
        position: Math.min(at + 10, n),
      }
  },
})

const without = (rest: number, of = 5) => filter<Fields>(value => Number(value['n']) % of !== rest)

t.test('rows dropped before and after a foreign stream are added up', async t => {
  const { run } = bed(t)
  const { manifest } = await run({
    source: numbers(25),
    transforms: [without(0), new PassThrough({ objectMode: true }), without(1), without(2, 10)],
    sink: toJsonl({ to: 'out/n.jsonl' }),
  })
  t.match(manifest?.counts, { read: 25, dropped: 5 + 5 + 3, failed: 0, written: 12 })
})

const dropping = (rows: number): OpenStep => ({
  kind: 'dropping',
  page: page => page.slice(rows),
  end: undefined,
  save: undefined,
})

t.test('a cut counts the rows that every stage dropped before it, and none after it', async t => {
  const counts: StageCounts[] = [{ dropped: 3 }, { dropped: 0 }]
  const stages = counts.map((own, at) =>
    fuse([{ scope: `${at}`, step: dropping(at + 1), passed: () => undefined }], own),
  )
  const rows = [1, 2, 3, 4].map(n => ({ key: n, value: { n } }))
  const cutOf = (cut: number) => ({ cut, positions: {}, shards: [], read: 0, repeated: 0, states: {}, dropped: 0 })
  const droppedAt: number[] = []
  for (const item of [cutOf(1), { shard: 'a', rows }, cutOf(2), { shard: 'a', rows }, { shard: 'a', rows }, cutOf(3)]) {
    let out = await stages[0]!.pass(item)
    out = await stages[1]!.pass(out)
    if ('cut' in out) droppedAt.push(out.dropped)
  }
  t.strictSame(droppedAt, [3, 6, 12])
})

t.test(
  'a row of unknown outcome is counted as unknown, and is written to the rejects with the failed rows',
  async t => {
    const { run, text, store } = bed(t)
    const telling: Source<Fields> = {
      kind: 'telling',
      async *read(ctx) {
        ctx.settled({ key: 2, operation: 'user.create', outcome: 'unknown', message: 'no reply' }, { n: 2 })
        yield { rows: [1, 3, 4].map(n => ({ key: n, value: { n } })) }
        ctx.settled({ key: 5, operation: 'user.create', outcome: 'skipped' }, { n: 5 })
        ctx.settled({ key: 6, operation: 'user.create', outcome: 'done' }, { n: 6 })
      },
    }
    const odd = map((value: Fields) => {
      if (value['n'] === 3) throw new EntrapipeError('ROW_INVALID', 'three')
      return value
    })
    const end = await run({
      source: telling,
      transforms: [odd],
      sink: toJsonl({ to: 'out/good.jsonl' }),
      rejects: toCsv({ to: 'out/bad.csv' }),
    })
    t.match(end, {
      end: 'done',
      manifest: { counts: { read: 6, written: 2, done: 1, unchanged: 0, skipped: 1, failed: 1, unknown: 1 } },
    })
    t.equal(text('out/good.jsonl'), '{"n":1}\n{"n":4}\n')
    t.equal(text('out/bad.csv'), 'n,line,column,code,reason,fix\n2,2,,,no reply,\n3,3,,ROW_INVALID,three,\n')
    t.strictSame(await store.read(end.run, look => look.countResults()), {
      done: 1,
      unchanged: 0,
      skipped: 1,
      failed: 1,
      unknown: 1,
      waiting: 0,
    })
  },
)
