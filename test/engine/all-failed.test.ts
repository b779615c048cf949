import t from 'tap'
import { Writable } from 'node:stream'
import type { Context } from '../../src/core/context.ts'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Fields } from '../../src/core/json.ts'
import type { Row } from '../../src/core/row.ts'
import { csv as toCsv } from '../../src/sinks/csv.ts'
import { jsonl as toJsonl } from '../../src/sinks/jsonl.ts'
import { csv as fromCsv } from '../../src/sources/csv.ts'
import { filter } from '../../src/transforms/filter.ts'
import { map } from '../../src/transforms/map.ts'
import { bed } from './plan-bed.ts'

/** Fails rows whose `n` is at least so much. */
const below = (least: number) =>
  map((value: Fields) => {
    if (Number(value['n']) >= least) throw new EntrapipeError('ROW_INVALID', `n: Expected less than ${least}`)
    return value
  })

const feed = `n\n${Array.from({ length: 20 }, (_, at) => at + 1).join('\n')}\n`
const planOf = (least: number, more: object = {}) => ({
  source: fromCsv({ from: 'in.csv' }),
  transforms: [below(least)],
  sink: toCsv({ to: 'out/good.csv' }),
  rejects: toCsv({ to: 'out/bad.csv' }),
  rowsPerCut: 5,
  ...more,
})

t.test('if every row failed the earlier file stays, the rejects are published, and the run is over', async t => {
  const { text, has, run, store } = bed(t, { 'in.csv': feed })
  await run(planOf(100))
  const before = text('out/good.csv')
  const manifest = text('out/good.csv.manifest.json')
  const end = await run(planOf(1))
  t.match(end, { end: 'failed', manifest: { status: 'failed', counts: { read: 20, failed: 20, written: 0 } } })
  t.strictSame(
    end.manifest!.files.map(({ path }) => path),
    ['out/bad.csv'],
  )
  t.equal(text('out/good.csv'), before)
  t.equal(text('out/good.csv.manifest.json'), manifest)
  t.notOk(has('out/good.csv.partial'))
  t.equal(text('out/bad.csv').split('\n').length, 22)
  const [info] = await store.list()
  t.match(info, { id: end.run, status: 'failed', resumable: false, error: { code: 'ALL_FAILED' } })
  t.not((await run(planOf(1))).run, end.run, 'a repeat is a new run')
})

t.test('rows that a filter dropped do not count as written: if all others failed the run has failed', async t => {
  const { has, run } = bed(t, { 'in.csv': feed })
  const end = await run(planOf(1, { transforms: [filter((row: Fields) => row['n'] === '7'), below(1)] }))
  t.match(end, { end: 'failed', manifest: { counts: { dropped: 19, failed: 1, written: 0 } } })
  t.notOk(has('out/good.csv'))
})

t.test('an empty output is published if no row failed', async t => {
  const { has, run } = bed(t, { 'in.csv': feed })
  const end = await run(planOf(1, { transforms: [filter((row: Fields) => row['n'] === 'none')] }))
  t.match(end, { end: 'done', manifest: { counts: { dropped: 20, failed: 0, written: 0 } } })
  t.ok(has('out/good.csv'))
})

t.test('no trailer is written to a pipe if every row failed', async t => {
  const { run } = bed(t, { 'in.csv': feed })
  let written = ''
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += String(chunk)
      done()
    },
  })
  const { end } = await run(planOf(1, { sink: toJsonl({ to: '-', stdout }), rejects: undefined }))
  t.strictSame([end, written], ['failed', ''])
})

t.test('a limit of failed rows ends the run, and a higher limit resumes it', async t => {
  const { text, has, run, store } = bed(t, { 'in.csv': feed })
  await t.rejects(run(planOf(12, { maxFailed: 3 })), {
    code: 'TOO_MANY_FAILED',
    fix: /--max-failed/,
  })
  const [info] = await store.list()
  t.match(info, { status: 'failed', resumable: true, error: { code: 'TOO_MANY_FAILED' } })
  t.notOk(has('out/good.csv'))
  const end = await run(planOf(12, { maxFailed: 9 }))
  t.match(end, { run: info!.id, end: 'done', manifest: { resumed: 1, counts: { read: 20, failed: 9, written: 11 } } })
  t.equal(text('out/good.csv').split('\n').length, 13)
})

t.test('a resumed run keeps its limit of failed rows until it gets another one', async t => {
  const { has, run, store } = bed(t, { 'in.csv': feed })
  await t.rejects(run(planOf(12), { maxFailed: 3 }), { code: 'TOO_MANY_FAILED', facts: { maxFailed: 3 } })
  await t.rejects(run(planOf(12)), { code: 'TOO_MANY_FAILED', facts: { maxFailed: 3 } })
  await t.rejects(run(planOf(12), { maxFailed: 4 }), { code: 'TOO_MANY_FAILED', facts: { maxFailed: 4 } })
  await t.rejects(run(planOf(12)), { code: 'TOO_MANY_FAILED', facts: { maxFailed: 4 } })
  t.notOk(has('out/good.csv'))
  const [info] = await store.list()
  t.match(await run(planOf(12), { maxFailed: 9 }), { run: info!.id, end: 'done' })
})

t.test('a percentage of failed rows is judged at the end of a small input', async t => {
  const { has, run } = bed(t, { 'in.csv': feed })
  await t.rejects(run(planOf(12, { maxFailed: '40%' })), { code: 'TOO_MANY_FAILED' })
  t.notOk(has('out/good.csv'))
  t.match(await run(planOf(12, { maxFailed: '45%' })), { end: 'done' })
})

t.test(
  'a run in which rows were already as requested, or done, or skipped, has not failed if all others failed',
  async t => {
    for (const outcome of ['unchanged', 'done', 'skipped'] as const) {
      const { run, has } = bed(t, { 'in.csv': 'n\n1\n2\n3\n' })
      const end = await run(
        planOf(1, {
          transforms: [
            {
              kind: 'settling',
              open: (ctx: Context) => ({
                page: (rows: readonly Row<Fields>[]) =>
                  rows.filter(({ key, value }) => {
                    if (value['n'] !== '3') ctx.settled({ key, operation: 'test', outcome })
                    return value['n'] === '3'
                  }),
              }),
            },
            below(1),
          ],
        }),
      )
      t.match(end, { end: 'done', manifest: { counts: { read: 3, [outcome]: 2, failed: 1, written: 0 } } }, outcome)
      t.ok(has('out/good.csv'), outcome)
    }
  },
)
