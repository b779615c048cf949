import { PassThrough } from 'node:stream'
import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Fields } from '../../src/core/json.ts'
import type { Sink, Source } from '../../src/core/parts.ts'
import { csv as toCsv } from '../../src/sinks/csv.ts'
import { csv as fromCsv } from '../../src/sources/csv.ts'
import { lookup } from '../../src/transforms/lookup.ts'
import { map } from '../../src/transforms/map.ts'
import { pick } from '../../src/transforms/pick.ts'
import { bed } from './plan-bed.ts'

const feed = `n\n${Array.from({ length: 20 }, (_, at) => at + 1).join('\n')}\n`

/** The numbers of `feed`, in pages of five. */
const numbers: Source<Fields> = {
  kind: 'numbers',
  async *read(_ctx, _shard, from) {
    for (let at = (from as number | undefined) ?? 0; at < 20; at += 5)
      yield {
        rows: [1, 2, 3, 4, 5].map(n => ({ key: at + n, value: { n: String(at + n) } })),
        position: at + 5,
      }
  },
}

t.test('a resumed run that fails before its first row keeps the partial of its checkpoint', async t => {
  const { run, store, has, text } = bed(t)
  let isBroken = false
  const sink: Sink<Fields> = {
    ...toCsv({ to: 'out/good.csv' }),
    async open(ctx, from, like) {
      const writer = await toCsv({ to: 'out/good.csv' }).open(ctx, from, like)
      return {
        ...writer,
        project(projected) {
          if (isBroken) throw new EntrapipeError('WRITE_FAILED', 'no projection')
          writer.project?.(projected)
        },
      }
    },
  }
  let stopAt = '11'
  const stops = map((row: Fields) => {
    if (row['n'] === stopAt) throw new EntrapipeError('INTERNAL', 'stopped')
    return row
  })
  const plan = { source: numbers, transforms: [stops, pick('n')], sink, rowsPerCut: 5 }
  await t.rejects(run(plan), { message: 'stopped' })
  const [info] = await store.list()
  t.ok(has('out/good.csv.partial'))
  stopAt = 'none'
  isBroken = true
  await t.rejects(run(plan), { message: 'no projection' })
  t.ok(has('out/good.csv.partial'), 'the partial is kept')
  isBroken = false
  t.match(await run(plan), { end: 'done', run: info!.id, manifest: { resumed: 2 } })
  t.equal(text('out/good.csv').split('\n').length, 22)
})

t.test('a run whose lookup reads stdin cannot be resumed, and says so at its start', async t => {
  const { run, store } = bed(t, { 'in.csv': feed })
  const stdin = new PassThrough()
  stdin.end('n,city\n1,Berlin\n')
  const events: unknown[] = []
  const from = fromCsv({ from: '-', stdin })
  const plan = {
    source: fromCsv({ from: 'in.csv' }),
    transforms: [lookup({ from, key: 'n', by: 'n', take: { city: 'city' } })],
    sink: toCsv({ to: 'out/good.csv' }),
  }
  await run(plan, { onEvent: event => void events.push(event) })
  t.match(events, [
    { event: 'not-resumable', why: 'its transform lookup reads an input that cannot be read twice', asWritten: false },
    { event: 'started' },
  ])
  t.match(await store.list(), [{ resumable: false }])
})
