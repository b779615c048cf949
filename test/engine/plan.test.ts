import { PassThrough, Readable, Writable } from 'node:stream'
import t from 'tap'
import type { Sink, Source, Transform } from '../../src/core/parts.ts'
import { ready, type Plan } from '../../src/engine/plan.ts'

const source: Source<unknown> = { kind: 'list', async *read() {} }
const sink = { kind: 'nowhere', open: async () => ({}) } as unknown as Sink<unknown>
const step: Transform<unknown, unknown> = { kind: 'same', open: () => row => row }
const planOf = (plan: object): Plan => ({ source, sink, ...plan }) as unknown as Plan

t.test('a plan of parts is resumable, and has a cut every 20,000 rows', t => {
  t.match(ready(planOf({})), { notResumable: undefined, rowsPerCut: 20_000, shardsAtOnce: undefined, limit: Infinity })
  t.end()
})

for (const [name, plan, why] of [
  [
    'a source that cannot be read twice',
    { source: { ...source, resumable: false } },
    /source \(list\) cannot be read twice/,
  ],
  ['a stream for a source', { source: Readable.from([]) }, /source \(stream\)/],
  ['a stream between', { transforms: [step, new PassThrough({ objectMode: true })] }, /has no state/],
  ['a sink that cannot be truncated', { sink: { ...sink, resumable: false } }, /sink \(nowhere\) cannot be truncated/],
  ['a stream for a sink', { sink: new Writable({ objectMode: true }) }, /sink \(stream\)/],
] as const)
  t.test(`${name} makes a plan that starts over`, t => {
    const made = ready(planOf(plan))
    t.match(made.notResumable, why)
    t.end()
  })

for (const [plan, message] of [
  [{ source: {} }, /^The source of the plan has no method read$/],
  [
    { source: { kind: 'numbers', reed: () => [] } },
    /^The source numbers of the plan has no method read\. It has reed: rename it to read$/,
  ],
  [{ sink: { kind: 'list' } }, /^The sink list of the plan has no method open$/],
  [{ transforms: [[]] }, /^Expected the transform of the plan to be a part or an object-mode stream, got a list$/],
  [{ sink: null }, /Expected the sink of the plan to be a part or an object-mode stream, got null/],
  [{ transforms: [{}] }, /^The transform of the plan has no method open$/],
  [{ limit: -1 }, /Expected limit to be a whole number from 0, got -1/],
  [{ rowsPerCut: 0 }, /Expected rowsPerCut to be a whole number from 1, got 0/],
  [{ shardsAtOnce: 1.5 }, /Expected shardsAtOnce/],
  [{ transfroms: [step] }, /plan has no field transfroms\. Did you mean transforms\?/],
  [{ maxfailed: 0 }, /plan has no field maxfailed\. Did you mean maxFailed\?/],
  [
    { comment: 'x' },
    /plan has no field comment\. It has source, transforms, sink, rejects, maxFailed, maxDrift, limit/,
  ],
] as const)
  t.test(`${JSON.stringify(plan)} is refused`, t => {
    t.throws(() => ready(planOf(plan)), { message })
    t.end()
  })

t.test('a stream of bytes is refused in every position', t => {
  for (const [plan, role] of [
    [{ source: Readable.from(['a'], { objectMode: false }) }, 'source'],
    [{ transforms: [step, new PassThrough()] }, 'transform'],
    [{ sink: new Writable() }, 'sink'],
  ] as const)
    t.throws(() => ready(planOf(plan)), {
      code: 'PIPELINE_INVALID',
      message: `The ${role} of the plan is a stream of bytes, not of objects`,
    })
  t.end()
})

t.test('a plan requires Graph if one of its parts does', t => {
  t.equal(ready(planOf({})).usesGraph, false)
  t.equal(ready(planOf({ transforms: [{ ...step, usesGraph: true }] })).usesGraph, true)
  t.end()
})
