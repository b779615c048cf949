import t from 'tap'
import type { Origin } from '../../src/core/context.ts'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Source } from '../../src/core/parts.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'
import { bed } from './plan-bed.ts'

const whole: Origin = { completeness: 'complete' }
const inDoubt = (why: string): Origin => ({ completeness: 'unverified', why })

/** Each shard has two rows, and reports an origin with each. Breaks at a row if told. */
const reporting = (
  shards: Readonly<Record<string, readonly [Origin, Origin]>>,
  breaksAt?: { key: string | undefined },
): Source<unknown> => ({
  kind: 'reporting',
  split: async () => Object.keys(shards).map(name => ({ name })),
  async *read(ctx, { name }, from) {
    for (let at = typeof from === 'number' ? from : 0; at < 2; at++) {
      const key = `${name}${at}`
      if (key === breaksAt?.key) throw new EntrapipeError('GRAPH_UNAVAILABLE', 'It broke off.')
      ctx.origin(shards[name]![at]!)
      yield { rows: [{ key, value: { key } }], position: at + 1 }
    }
  },
})

const planOf = (source: Source<unknown>) => ({
  source,
  sink: jsonl({ to: 'out/x.jsonl' }),
  shardsAtOnce: 1,
  rowsPerCut: 1,
})

t.test('a run is as complete as the worst of its shards, whichever reports last', async t => {
  const { run } = bed(t)
  const { manifest } = await run(
    planOf(
      reporting({
        a: [whole, inDoubt('a has a gap')],
        b: [inDoubt('b has two'), inDoubt('b has two gaps')],
        c: [whole, whole],
      }),
    ),
  )
  t.match(manifest, { completeness: 'unverified', why: 'a has a gap; b has two gaps' })
})

t.test('what a shard reports last replaces what it reported before', async t => {
  const { run } = bed(t)
  const { manifest } = await run(planOf(reporting({ a: [{ completeness: 'unverified' }, whole], b: [whole, whole] })))
  t.match(manifest, { completeness: 'complete', why: undefined })
})

t.test('a resumed run knows what its shards reported before', async t => {
  const { run } = bed(t)
  const breaks: { key: string | undefined } = { key: 'b1' }
  const source = reporting({ a: [whole, inDoubt('a has a gap')], b: [whole, whole] }, breaks)
  await t.rejects(run(planOf(source)), { code: 'GRAPH_UNAVAILABLE' })
  breaks.key = undefined
  const { manifest } = await run(planOf(source))
  t.match(manifest, { resumed: 1, completeness: 'unverified', why: 'a has a gap' })
})

t.test('what a shard does not mention stays as another one reported it, also in a resumed run', async t => {
  const { run } = bed(t)
  const differences = { added: 1, removed: 2, changed: 3, unchanged: 4 }
  const ignored = [{ what: 'empty row', records: 2, firstLine: 7 }]
  const told: Origin = { tenant: 'contoso', limit: 5, differences, ignored, note: 'a note' }
  const breaks: { key: string | undefined } = { key: 'b1' }
  const source = reporting({ a: [told, {}], b: [{ note: 'another note' }, { note: 'a note' }] }, breaks)
  await t.rejects(run(planOf(source)), { code: 'GRAPH_UNAVAILABLE' })
  breaks.key = undefined
  const { manifest } = await run(planOf(source))
  t.match(manifest, {
    resumed: 1,
    completeness: 'complete',
    tenant: { name: 'contoso', id: 'contoso' },
    limit: 5,
    differences,
    ignored,
    notes: ['a note', 'another note'],
  })
  t.equal(manifest?.notes?.length, 2)
})

t.test('of many reasons the first three are named, and the others counted', async t => {
  const why = async (shards: number): Promise<unknown> => {
    const { run } = bed(t)
    const all = Array.from({ length: shards }, (_, at) => [`s${at}`, [whole, inDoubt(`gap ${at}`)]] as const)
    return (await run(planOf(reporting(Object.fromEntries(all))))).manifest?.why
  }
  t.strictSame(await why(3), 'gap 0; gap 1; gap 2')
  t.strictSame(await why(4), 'gap 0; gap 1; gap 2; and 1 more')
})

t.test('one reason of each kind is named, however many shards have another kind', async t => {
  const { run } = bed(t)
  const all = Array.from({ length: 5 }, (_, at) => [`s${at}`, [whole, inDoubt(`${at + 1} of 9 are left out`)]] as const)
  const kinds = {
    h: [whole, inDoubt('"HR" is hidden')],
    c: [whole, inDoubt('Nobody counts')],
    u: [whole, inDoubt('It is cut off')],
  } as const
  const { manifest } = await run(planOf(reporting({ ...Object.fromEntries(all), ...kinds })))
  t.strictSame(manifest?.why, '1 of 9 are left out; Nobody counts; It is cut off; and 5 more')
})
