import t from 'tap'
import type { Context } from '../../src/core/context.ts'
import type { Fields } from '../../src/core/json.ts'
import type { Counts } from '../../src/core/manifest.ts'
import type { Sink, Source, Transform } from '../../src/core/parts.ts'
import type { Outcome } from '../../src/core/result.ts'
import type { Row } from '../../src/core/row.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'
import { filter } from '../../src/transforms/filter.ts'
import { bed } from './plan-bed.ts'

const outcomes: readonly Outcome[] = ['done', 'unchanged', 'skipped', 'failed', 'unknown']

/** Settles every tenth row with each outcome, and returns the others. */
const settleSome = (ctx: Context, rows: readonly Row<Fields>[]): readonly Row<Fields>[] =>
  rows.filter(({ key, value }) => {
    const outcome = outcomes[Number(value['n']) % 10]
    if (outcome) ctx.settled({ key, operation: 'test', outcome }, value)
    return outcome === undefined
  })

const rowsOf = (from: number): readonly Row<Fields>[] =>
  Array.from({ length: 10 }, (_, more) => ({ key: from + more, value: { n: from + more } }))

const numbers = (settles: boolean): Source<Fields> => ({
  kind: 'numbers',
  async *read(ctx, _shard, from) {
    for (let at = (from as number | undefined) ?? 0; at < 40; at += 10) {
      const rows = settles ? settleSome(ctx, rowsOf(at)) : rowsOf(at)
      yield { rows, position: at + 10 }
    }
  },
})

const settling: Transform<Fields, Fields> = {
  kind: 'settling',
  open: ctx => ({ page: rows => settleSome(ctx, rows) }),
}

const settlingSink = (to: string): Sink<Fields> => {
  const sink = jsonl({ to })
  return {
    ...sink,
    async open(ctx, from, like) {
      const writer = await sink.open(ctx, from, like)
      return { ...writer, write: rows => writer.write(settleSome(ctx, rows)) }
    },
  }
}

const dropsOne = filter<Fields>(({ n }) => n !== 9)
const sumOf = (counts: Counts): number =>
  counts.dropped + counts.written + outcomes.reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0)

const plans = {
  source: () => ({ source: numbers(true), transforms: [dropsOne], sink: jsonl({ to: 'out/a.jsonl' }) }),
  transform: () => ({ source: numbers(false), transforms: [settling, dropsOne], sink: jsonl({ to: 'out/a.jsonl' }) }),
  sink: () => ({ source: numbers(false), transforms: [dropsOne], sink: settlingSink('out/a.jsonl') }),
}

for (const [role, planOf] of Object.entries(plans)) {
  const expected = { read: 40, dropped: 1, written: 19, done: 4, unchanged: 4, skipped: 4, failed: 4, unknown: 4 }

  t.test(`each row that is read counts once, whatever a ${role} settles it as`, async t => {
    const { run } = bed(t)
    const { counts } = (await run(planOf())).manifest!
    t.strictSame(counts, { ...expected, repeated: 0 })
    t.equal(sumOf(counts), counts.read)
  })

  t.test(`each row counts once in a resumed run too, whatever a ${role} settles it as`, async t => {
    const { run } = bed(t)
    const stop = new AbortController()
    const plan = { ...planOf(), rowsPerCut: 10 }
    let pages = 0
    const source: Source<Fields> = {
      ...plan.source,
      async *read(ctx, shard, from) {
        for await (const page of plan.source.read(ctx, shard, from)) {
          if (++pages === 4) stop.abort(new Error('stopped'))
          yield page
        }
      },
    }
    await t.rejects(run({ ...plan, source }, { signal: stop.signal }), { message: 'stopped' })
    const { counts, resumed } = (await run(plan)).manifest!
    t.equal(resumed, 1)
    t.strictSame(counts, { ...expected, repeated: 0 })
  })
}
