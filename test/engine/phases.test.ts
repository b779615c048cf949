import t from 'tap'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Graph } from '../../src/core/graph.ts'
import type { Fields } from '../../src/core/json.ts'
import type { Drift } from '../../src/core/manifest.ts'
import type { Sink, Source } from '../../src/core/parts.ts'
import { csv as toCsv } from '../../src/sinks/csv.ts'
import { csv as fromCsv } from '../../src/sources/csv.ts'
import { dedupe } from '../../src/transforms/dedupe.ts'
import { filter } from '../../src/transforms/filter.ts'
import { map } from '../../src/transforms/map.ts'
import { bed } from './plan-bed.ts'
import { nothingUsed } from './nothing-used.ts'

const feed = 'id,role\n1,lead\n2,\n3,lead\n3,lead\n4,\n'

const phase = (name: string, wanted: string, more: object = {}) => ({
  name,
  plan: {
    source: fromCsv({ from: 'in.csv' }),
    transforms: [dedupe({ by: 'id' }), filter(wanted)],
    sink: toCsv({ to: `out/${name}.csv` }),
    ...more,
  },
})

const both = () => [phase('leads', `role eq 'lead'`), phase('others', `role ne 'lead'`)]

const manifestOf = (folder: string, name: string): unknown =>
  JSON.parse(readFileSync(join(folder, `out/${name}.csv.manifest.json`), 'utf8'))

t.test("phases run in order, each with its own file and manifest; the run's manifest lists all of them", async t => {
  const { folder, text, store, run } = bed(t, { 'in.csv': feed })
  const end = await run(both())
  t.equal(end.end, 'done')
  t.equal(text('out/leads.csv'), 'id,role\n1,lead\n3,lead\n')
  t.equal(text('out/others.csv'), 'id,role\n2,\n4,\n')
  t.match(end.manifest, {
    completeness: 'complete',
    counts: { read: 10, dropped: 6, written: 4 },
    files: [{ path: 'out/leads.csv' }, { path: 'out/others.csv' }],
    phases: [
      { phase: 'leads', counts: { read: 5, dropped: 3, written: 2 }, files: [{ path: 'out/leads.csv' }] },
      { phase: 'others', counts: { read: 5, dropped: 3, written: 2 }, files: [{ path: 'out/others.csv' }] },
    ],
  })
  t.match(manifestOf(folder, 'leads'), { phase: 'leads', counts: { read: 5, written: 2 } })
  const [info] = await store.list()
  t.match(info, { status: 'done', phases: ['leads', 'others'], manifest: { counts: { written: 4 } } })
})

t.test("the run's manifest has the input of any phase that describes one, and none otherwise", async t => {
  const { run } = bed(t, { 'in.csv': feed, 'sep.csv': `sep=;\nid;role\n1;lead\n` })
  const source: Source<Fields> = {
    kind: 'noting',
    async *read(ctx) {
      ctx.origin({ note: 'The second phase has a doubt.' })
      yield { rows: [{ key: 1, value: { id: '1', role: 'lead' } }] }
    },
  }
  const noting = [
    phase('leads', `role eq 'lead'`, { source: fromCsv({ from: 'sep.csv' }) }),
    phase('others', `role ne 'lead'`, { source }),
  ]
  const { manifest } = await run(noting)
  t.strictSame(manifest?.notes, ['The second phase has a doubt.'])
  t.strictSame(manifest?.ignored, manifest?.phases?.[0]?.ignored)
  t.equal(manifest?.ignored?.length, 1)
  const plain = await run(both())
  t.notOk('notes' in plain.manifest! || 'ignored' in plain.manifest!)
})

/** Fails the row with this id as long as `broken` says so. */
const breaking = (id: string, broken: () => boolean) =>
  map((value: Fields) => {
    if (broken() && value['id'] === id) throw new EntrapipeError('GRAPH_UNAVAILABLE', 'It broke off.')
    return value
  })

t.test('a resumed run skips completed phases and continues the interrupted one', async t => {
  const { folder, text, store, run } = bed(t, { 'in.csv': feed })
  let isBroken = true
  let reads = 0
  const counted: Source<Fields> = { ...fromCsv({ from: 'in.csv' }), kind: 'counted' }
  const source: Source<Fields> = {
    ...counted,
    read(ctx, shard, from) {
      reads++
      return counted.read(ctx, shard, from)
    },
  }
  const phases = () => [
    phase('leads', `role eq 'lead'`, { source }),
    phase('others', `role ne 'lead'`, {
      rowsPerCut: 1,
      transforms: [dedupe({ by: 'id' }), breaking('4', () => isBroken)],
    }),
  ]
  await t.rejects(run(phases()), { code: 'GRAPH_UNAVAILABLE' })
  t.match(await store.list(), [{ status: 'failed', resumable: true }])
  const leads = manifestOf(folder, 'leads')
  isBroken = false
  const end = await run(phases())
  t.equal(reads, 1, 'the first phase is not read again')
  t.strictSame(manifestOf(folder, 'leads'), leads)
  t.equal(text('out/others.csv'), 'id,role\n1,lead\n2,\n3,lead\n4,\n')
  t.match(end.manifest, {
    resumed: 1,
    phases: [
      { phase: 'leads', resumed: 0 },
      { phase: 'others', resumed: 1 },
    ],
  })
})

t.test('a run with fewer phases, or with a phase that does something else, is another run', async t => {
  const broken = [phase('others', `role ne 'lead'`, { rowsPerCut: 1, transforms: [breaking('4', () => true)] })]
  const first = phase('leads', `role eq 'lead'`)
  for (const other of [
    [phase('leads', `role ne 'x'`), ...broken],
    [phase('chiefs', `role eq 'lead'`), ...broken],
    broken,
  ]) {
    const { store, run } = bed(t, { 'in.csv': feed })
    await t.rejects(run([first, ...broken]), { code: 'GRAPH_UNAVAILABLE' })
    await t.rejects(run(other), { code: 'GRAPH_UNAVAILABLE' })
    const identities = (await store.list()).map(({ identity, resumed }) => [identity, resumed])
    t.equal(new Set(identities.map(([identity]) => identity)).size, 2)
    t.strictSame(
      identities.map(([, resumed]) => resumed),
      [0, 0],
    )
  }
})

t.test('results name their phase, and one key may fail in each phase', async t => {
  const { store, text, run } = bed(t, { 'in.csv': 'id,role\n1,lead\n2,\n' })
  const failing = (name: string) =>
    phase(name, `id ne '0'`, {
      transforms: [
        map((value: Fields) => {
          if (value['id'] === '2') throw new EntrapipeError('ROW_INVALID', `refused by ${name}`)
          return value
        }),
      ],
      rejects: toCsv({ to: `out/${name}-rejects.csv` }),
    })
  const end = await run([failing('first'), failing('second')])
  t.match(end.manifest?.counts, { failed: 2, written: 2 })
  const results = await store.read(end.run, look => look.readResults())
  t.match(results, [
    { phase: 'first', key: 3, message: 'refused by first' },
    { phase: 'second', key: 3, message: 'refused by second' },
  ])
  t.match(text('out/second-rejects.csv'), /^id,role,line.*\n2,,3,,ROW_INVALID,refused by second,\n$/)
})

t.test('later phases do not run if one ends without all of its rows', async t => {
  const { has, run } = bed(t, { 'in.csv': feed })
  const none = map((): Fields => {
    throw new EntrapipeError('ROW_INVALID', 'no')
  })
  const end = await run([phase('leads', `id ne '0'`, { transforms: [none] }), phase('others', `role ne 'lead'`)])
  t.equal(end.end, 'failed')
  t.notOk(has('out/others.csv'))
})

t.test(
  'phases without names, with the same name or into the same file are refused before anything is read',
  async t => {
    const { has, run } = bed(t, { 'in.csv': feed })
    const leads = phase('leads', `role eq 'lead'`)
    await t.rejects(run([]), { code: 'PIPELINE_INVALID', message: /at least one phase/ })
    await t.rejects(run([leads.plan]), { code: 'PIPELINE_INVALID', message: /each phase to be \{ name, plan \}/ })
    await t.rejects(run([leads, leads]), { code: 'PIPELINE_INVALID', message: /Two phases have the name leads/ })
    await t.rejects(run([{ ...leads, name: '../x' }]), { code: 'PIPELINE_INVALID', message: /lower-case/ })
    await t.rejects(run([leads, { ...leads, name: 'again' }]), {
      code: 'OPTION_INVALID',
      message: /which is also written by the phase leads/,
    })
    const rejecting = phase('leads', `role eq 'lead'`, { rejects: toCsv({ to: 'out/bad.csv' }) })
    const overRejects = phase('next', `id ne '0'`, { sink: toCsv({ to: 'out/bad.csv' }) })
    for (const pair of [
      [rejecting, overRejects],
      [overRejects, rejecting],
    ])
      await t.rejects(run(pair), { code: 'OPTION_INVALID', message: /bad\.csv/ })
    const fromFirst = phase('next', `id ne '0'`, { source: fromCsv({ from: 'in.csv' }), sink: toCsv({ to: 'in.csv' }) })
    await t.rejects(run([leads, fromFirst]), { code: 'OPTION_INVALID', message: /which is an input/ })
    t.notOk(has('out/leads.csv'))
  },
)

t.test('a run that died between the commit of a phase and its end does not repeat the phase', async t => {
  const { text, store, run } = bed(t, { 'in.csv': feed })
  const inner = toCsv<Fields>({ to: 'out/leads.csv' })
  let dies = true
  const dying: Sink<Fields> = {
    ...inner,
    async open(ctx, from) {
      const writer = await inner.open(ctx, from)
      return {
        ...writer,
        async close(end, manifest) {
          await writer.close(end, manifest)
          if (dies && end === 'commit') throw new EntrapipeError('DISK_FULL', 'It died.')
        },
      }
    },
  }
  const phases = () => [phase('leads', `role eq 'lead'`, { sink: dying }), phase('others', `role ne 'lead'`)]
  await t.rejects(run(phases()), { code: 'DISK_FULL' })
  dies = false
  const end = await run(phases())
  t.equal(end.end, 'done')
  t.equal(text('out/leads.csv'), 'id,role\n1,lead\n3,lead\n')
  t.match(end.manifest?.phases, [{ phase: 'leads' }, { phase: 'others' }])
  t.equal((await store.list()).length, 1)
})

t.test('only the last phase may write to a stream, and a reader that closes it ends the run', async t => {
  const { run } = bed(t, { 'in.csv': feed })
  const stdout = new PassThrough()
  const piped = phase('leads', `role eq 'lead'`, { sink: toCsv({ to: '-', stdout }) })
  await t.rejects(run([piped, phase('others', `role ne 'lead'`)]), {
    code: 'PIPELINE_INVALID',
    message: /leads writes to a stream, and only the last phase can/,
  })
})

t.test('a run is not resumed if the output of a completed phase was removed', async t => {
  const { folder, run } = bed(t, { 'in.csv': feed })
  let isBroken = true
  const phases = () => [
    phase('leads', `role eq 'lead'`),
    phase('others', `id ne '0'`, { transforms: [breaking('4', () => isBroken)] }),
  ]
  await t.rejects(run(phases()), { code: 'GRAPH_UNAVAILABLE' })
  isBroken = false
  rmSync(join(folder, 'out/leads.csv'))
  await t.rejects(run(phases()), { code: 'PARTIAL_CHANGED', message: /phase leads is missing or was changed/ })
  t.equal((await run(phases(), { fresh: true })).end, 'done')
})

t.test('other work into the file of one phase removes the partials of all phases', async t => {
  const { has, run, store } = bed(t, { 'in.csv': feed })
  const source: Source<Fields> = {
    kind: 'ids',
    async *read() {
      for (let id = 1; id <= 60; id++) yield { rows: [{ key: id, value: { id: `${id}` } }], position: id }
    },
  }
  const breaks = { source, rowsPerCut: 1, transforms: [breaking('50', () => true)] }
  await t.rejects(run([phase('leads', `role eq 'lead'`), phase('others', `role ne 'lead'`, breaks)]), {
    code: 'GRAPH_UNAVAILABLE',
  })
  t.ok(has('out/others.csv.partial'))
  await run(phase('leads', `role ne 'x'`).plan)
  t.notOk(has('out/others.csv.partial'))
  t.equal((await run(phase('others', `role ne 'x'`).plan)).end, 'done')
  t.strictSame(
    (await store.list()).map(({ status }) => status),
    ['done', 'done', 'discarded'],
  )
})

t.test('a run that cannot be resumed because of a later phase keeps no partial of an earlier one', async t => {
  const { has, run, store } = bed(t, { 'in.csv': feed })
  const stdout = new PassThrough()
  await t.rejects(
    run([
      phase('leads', `role eq 'lead'`, { rowsPerCut: 1, transforms: [breaking('4', () => true)] }),
      phase('others', `role ne 'lead'`, { sink: toCsv({ to: '-', stdout }) }),
    ]),
    { code: 'GRAPH_UNAVAILABLE' },
  )
  t.match(await store.list(), [{ status: 'failed', resumable: false }])
  t.notOk(has('out/leads.csv.partial'))
})

t.test("the run's manifest says that a phase was limited, and adds up the counts of all phases", async t => {
  const { run } = bed(t, { 'in.csv': feed })
  const counted = (kind: string, rows: number, drift?: Drift): Source<Fields> => ({
    kind,
    usesGraph: true,
    count: async () => rows,
    ...(drift && { present: async () => 'now', drift: async () => drift }),
    async *read() {
      yield { rows: Array.from({ length: rows }, (_, at) => ({ key: at, value: { id: `${at}`, role: '' } })) }
    },
  })
  const of = (name: string, source: Source<Fields>, more: object = {}) => phase(name, 'id ne 0', { source, ...more })
  const graph = { tenant: { name: 'contoso', id: 't' }, usage: () => nothingUsed } as Graph
  const drift = (id: string): Drift => ({ created: 1, deleted: 0, changed: 0, objects: [{ id, change: 'created' }] })
  const both = await run([of('one', counted('a', 4, drift('x'))), of('two', counted('b', 7, drift('y')))], { graph })
  t.match(both.manifest, {
    counts: { before: 11, after: 11, read: 11 },
    drift: { created: 2, deleted: 0, objects: [{ id: 'x' }, { id: 'y' }] },
  })
  t.notOk('limit' in both.manifest!)
  const limited = await run([of('one', counted('a', 4), { limit: 3 }), of('two', counted('b', 7))], {
    graph,
    fresh: true,
  })
  t.equal(limited.manifest?.limit, 3)
  t.match(limited.manifest?.counts, { before: 11, read: 10 })
  t.notOk('after' in limited.manifest!.counts, 'a phase that was limited was not counted afterwards')
  const partly = await run([of('one', counted('a', 4)), phase('two', 'id ne 0')], { graph, fresh: true })
  t.notOk('before' in partly.manifest!.counts, 'a sum of some phases would be compared with the rows of all')
})
