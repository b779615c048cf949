import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Fields } from '../../src/core/json.ts'
import type { Source } from '../../src/core/parts.ts'
import { newProgress } from '../../src/engine/progress.ts'
import type { RunRequest } from '../../src/engine/run-request.ts'
import { csv as toCsv } from '../../src/sinks/csv.ts'
import { jsonl as toJsonl } from '../../src/sinks/jsonl.ts'
import { map } from '../../src/transforms/map.ts'
import { bed } from './plan-bed.ts'
import { nothingUsed } from './nothing-used.ts'

const graph = { tenant: { name: 'contoso', id: '1' }, usage: () => nothingUsed } as unknown as NonNullable<
  RunRequest['graph']
>

/** Numbers from 0 in pages of ten; breaks off before the row that it is told. */
const numbers = (n: number, breaks: { at?: number } = {}): Source<Fields> => ({
  kind: 'numbers',
  describe: async () => ({ n }),
  async *read(_ctx, _shard, from) {
    for (let at = (from as number | undefined) ?? 0; at < n; at += 10) {
      if (breaks.at !== undefined && at >= breaks.at) throw new EntrapipeError('GRAPH_UNAVAILABLE', 'It broke off.')
      const rows = Array.from({ length: 10 }, (_, more) => ({ key: at + more, value: { n: at + more } }))
      yield { rows, position: at + 10 }
    }
  },
})

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => `{"n":${from + at}}\n`).join('')

t.test('a resumed run that fails before its next checkpoint keeps the partial of the previous one', async t => {
  const { run, folder, text, store } = bed(t)
  const breaks: { at?: number } = { at: 50 }
  const plan = () => ({ source: numbers(100, breaks), sink: toJsonl({ to: 'out/n.jsonl' }), rowsPerCut: 20 })
  await t.rejects(run(plan()), { code: 'GRAPH_UNAVAILABLE' })
  for (const at of [40, 50]) {
    breaks.at = at
    await t.rejects(run(plan()), { code: 'GRAPH_UNAVAILABLE' })
    t.strictSame(readdirSync(join(folder, 'out')), ['n.jsonl.partial'])
    t.equal(text('out/n.jsonl.partial').startsWith(lines(0, 40)), true)
    t.match(await store.list(), [{ status: 'failed' }])
  }
  delete breaks.at
  const progress = newProgress(0)
  const end = await run(plan(), { progress })
  t.match(end, { end: 'done', manifest: { resumed: 3, counts: { read: 100, written: 100 } } })
  t.match(progress, { resumedAt: 40, read: 100, written: 100 })
  t.equal(text('out/n.jsonl'), lines(0, 100))
})

t.test('a run that fails before its first checkpoint leaves nothing, and starts over', async t => {
  const { run, folder, text } = bed(t)
  const breaks: { at?: number } = { at: 10 }
  const plan = () => ({ source: numbers(30, breaks), sink: toJsonl({ to: 'out/n.jsonl' }), rowsPerCut: 20 })
  await t.rejects(run(plan()), { code: 'GRAPH_UNAVAILABLE' })
  t.strictSame(readdirSync(join(folder, 'out')), [])
  delete breaks.at
  t.match(await run(plan()), { end: 'done', manifest: { counts: { read: 30, written: 30 } } })
  t.equal(text('out/n.jsonl'), lines(0, 30))
})

t.test(
  'a short run names the file that it kept, removes its rejects, and leaves an earlier file unchanged',
  async t => {
    const { run, folder, text, store } = bed(t)
    const planOf = (counted: number) => ({
      source: { ...numbers(30), usesGraph: true, count: async () => counted },
      transforms: [
        map((value: Fields) => {
          if (value['n'] === 7) throw new EntrapipeError('ROW_INVALID', 'seven')
          return value
        }),
      ],
      sink: toJsonl({ to: 'out/n.jsonl' }),
      rejects: toCsv({ to: 'out/bad.csv' }),
    })
    const short = await run(planOf(40), { graph })
    t.match(short, { end: 'short', manifest: { completeness: 'short', counts: { read: 30, failed: 1, written: 29 } } })
    t.strictSame(
      short.manifest?.files.map(({ path, rows }) => [path, rows]),
      [['out/n.jsonl', 29]],
    )
    t.strictSame(readdirSync(join(folder, 'out')), ['n.jsonl.partial'])
    t.match(await store.get(short.run), { status: 'short', manifest: short.manifest })

    const whole = await run(planOf(30), { graph, fresh: true })
    t.strictSame(
      whole.manifest?.files.map(({ path, rows }) => [path, rows]),
      [
        ['out/n.jsonl', 29],
        ['out/bad.csv', 1],
      ],
    )
    const rejects = text('out/bad.csv')
    t.match(await run(planOf(40), { graph, fresh: true }), { end: 'short' })
    t.equal(text('out/bad.csv'), rejects)
  },
)
