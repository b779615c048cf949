import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Fields, Json } from '../../src/core/json.ts'
import type { Sink, Source, Transform } from '../../src/core/parts.ts'
import type { Row } from '../../src/core/row.ts'
import { csv } from '../../src/sinks/csv.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'
import { map } from '../../src/transforms/map.ts'
import { unfold } from '../../src/transforms/unfold.ts'
import { bed } from './plan-bed.ts'

/** Rows of one column `n` from 1, and a secret, in pages of three. */
const numbers = (last: number): Source<Fields> => ({
  kind: 'numbers',
  async *read(_ctx, _shard, from) {
    for (let at = typeof from === 'number' ? from : 0; at < last; at += 3)
      yield {
        rows: Array.from({ length: Math.min(3, last - at) }, (_, i) => ({
          key: at + i + 1,
          value: { n: at + i + 1, password: `p${at + i + 1}`, list: ['x', 'y'] },
        })),
        position: at + 3,
      }
  },
})

/** Emits each page of rows with the next one. */
const delayed = (): Transform<Fields, Fields> => ({
  kind: 'delayed',
  open(_ctx, saved) {
    let held = (saved ?? []) as unknown as readonly Row<Fields>[]
    return {
      page(rows) {
        const out = held
        held = rows
        return out
      },
      end: () => held,
      save: () => held as unknown as Json,
    }
  },
})

const changed = map(({ n, list }: Fields) => ({ changed: n, list }))
const odd = map((value: Fields) => {
  if (Number(value['changed']) % 2 === 0) throw new EntrapipeError('ROW_INVALID', 'It is even.')
  return value
})

const bad = csv({ to: 'out/bad.csv', columns: ['n', 'password', 'code'] })
const bads = (...lines: readonly string[]): string => `${['n,password,code', ...lines].join('\n')}\n`

t.test('a row that was held back keeps the input as it was read when a later step rejects it', async t => {
  const { text, run } = bed(t)
  const end = await run({
    source: numbers(8),
    transforms: [changed, delayed(), odd],
    sink: jsonl({ to: 'out/good.jsonl' }),
    rejects: bad,
  })
  t.match(end.manifest?.counts, { read: 8, written: 4, failed: 4, dropped: 0 })
  t.equal(text('out/bad.csv'), bads(...[2, 4, 6, 8].map(n => `${n},p${n},ROW_INVALID`)))
})

t.test('so does a row that the sink rejects, and each row that was made of one', async t => {
  const { text, run } = bed(t)
  const strange = map((value: Fields) => (value['changed'] === 3 ? { ...value, more: 1 } : value))
  await run({
    source: numbers(5),
    transforms: [unfold({ column: 'list' }), changed, delayed(), strange],
    sink: csv({ to: 'out/good.csv' }),
    rejects: bad,
  })
  t.equal(text('out/good.csv').split('\n').length, 10)
  t.equal(text('out/bad.csv'), bads('3,p3,ROW_INVALID', '3,p3,ROW_INVALID'))
})

t.test('the input is kept for a run that is killed and resumed in between', async t => {
  const { text, run } = bed(t)
  const plan = (sink: Sink<never>) => ({
    source: numbers(11),
    transforms: [changed, delayed(), odd],
    sink,
    rejects: bad,
    rowsPerCut: 3,
  })
  const good = () => jsonl<never>({ to: 'out/good.jsonl' })
  const stopping: Sink<never> = {
    ...good(),
    async open(...given) {
      const writer = await good().open(...given)
      let cuts = 0
      return {
        ...writer,
        async checkpoint(cut) {
          if (cuts++ === 2) throw new EntrapipeError('INTERRUPTED', 'Stopped by the test.')
          return writer.checkpoint(cut)
        },
      }
    },
  }
  await t.rejects(run(plan(stopping)), { code: 'INTERRUPTED' })
  const end = await run(plan(good()))
  t.match(end.manifest, { resumed: 1, counts: { read: 11, written: 6, failed: 5, dropped: 0 } })
  t.equal(text('out/bad.csv'), bads(...[2, 4, 6, 8, 10].map(n => `${n},p${n},ROW_INVALID`)))
})
