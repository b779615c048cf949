import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { systemClock } from '../../src/core/clock.ts'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Graph } from '../../src/core/graph.ts'
import type { Source } from '../../src/core/parts.ts'
import { execute } from '../../src/engine/execute.ts'
import type { Plan } from '../../src/engine/plan.ts'
import type { RunRequest } from '../../src/engine/run-request.ts'
import { destinationAt } from '../../src/places/place-to.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { RunEvent } from '../../src/engine/progress.ts'
import { parts } from '../../src/sinks/parts.ts'
import { openPostgres } from '../../src/store/postgres/database.ts'
import { migrate } from '../../src/store/postgres/migrations.ts'
import { postgresBudget } from '../../src/store/postgres/budget.ts'
import { postgresRuns } from '../../src/store/postgres/postgres-runs.ts'
import { storeSchema } from '../../src/store/postgres/schema.ts'
import { dedupe } from '../../src/transforms/dedupe.ts'
import { map } from '../../src/transforms/map.ts'
import { postgres, withoutPostgres } from '../servers/postgres.ts'
import { environmentAt } from '../store/fixtures.ts'

const graph = {
  tenant: { name: 'contoso', id: '11111111-2222-4333-8444-555566667777' },
  usage: () => ({ requests: 0, units: 0, writes: 0, throttled: 0 }),
} as unknown as Graph
const shardNames = ['s0', 's1', 's2', 's3', 's4', 's5']
const pagesOfShard = 4
const rowsOfPage = 5
const idOf = (shard: string, page: number, row: number): string => `${shard}/${page}/${row}`
const all = shardNames.flatMap(shard =>
  Array.from({ length: pagesOfShard }, (_, page) =>
    Array.from({ length: rowsOfPage }, (_, row) => idOf(shard, page, row)),
  ).flat(),
)

interface Watched {
  /** Called before a page is read. */
  readonly reading: (shard: string, page: number) => Promise<void> | void
}

/** Objects that are in six shards. Two of `s1` are in `s4`, too, and one comes twice in `s3`. Three have changed meanwhile: one is new. */
const listing = ({ reading }: Watched): Source<unknown> => ({
  kind: 'listing',
  keys: 'unique',
  columns: () => ({ names: ['id'], closed: true }),
  split: async () => shardNames.map(name => ({ name })),
  present: async () => 'then',
  count: async () => all.length,
  drift: async () => ({ created: 1, deleted: 0, changed: 2, objects: [] }),
  late: () => ({ name: 'late' }),
  async *read(ctx, { name }, from) {
    const page = (ids: readonly string[], position: number) => ({
      rows: ids.map(id => ({ key: id, value: { id } })),
      position,
    })
    if (name === 'late') {
      const changed = ['s0/0/0', 's5/3/4', 'new']
      const was = ctx.wasRead!(changed)
      return yield page(
        changed.filter((_, at) => !was[at]),
        1,
      )
    }
    for (let at = (from as number | undefined) ?? 0; at < pagesOfShard; at++) {
      await reading(name, at)
      const ids = Array.from({ length: rowsOfPage }, (_, row) => idOf(name, at, row))
      const again = name === 's4' && at === 1 ? ['s1/2/0', 's1/2/1'] : name === 's3' && at === 3 ? ['s3/0/0'] : []
      yield page([...ids, ...again], at + 1)
    }
  },
})

t.test('an export that several machines read', { skip: withoutPostgres }, async t => {
  const server = await postgres(t)
  /** Machines with state folders of their own, and one folder that both see. */
  const machines = async (t: Test) => {
    const database = openPostgres({ url: await server.database(), clock: systemClock })
    await migrate(database, storeSchema)
    const folder = t.testdir({ out: {} })
    const to = `${folder}/out/`
    const machine = (worker: string) => {
      const runs = postgresRuns({ database, clock: systemClock, worker })
      const environment = environmentAt(join(folder, worker), { cwd: folder })
      const budget = postgresBudget({ database, clock: systemClock })
      const store = openStore({ environment, clock: systemClock, shared: { runs, budget } })
      t.teardown(() => store.close())
      return {
        store,
        run: (plan: unknown, more: Partial<RunRequest>) =>
          execute({
            ...{ pipeline: 'test', params: {}, plan: plan as Plan, store, graph, places: destinationAt, environment },
            ...{ clock: systemClock, signal: new AbortController().signal, version: '0.0.0', codeHash: 'same' },
            ...more,
          }),
      }
    }
    t.teardown(() => database.close())
    const planOf = (watched: Watched, more: readonly unknown[] = []) => ({
      source: listing(watched),
      transforms: [
        map((value: { readonly id: string }) => {
          if (value.id === 's2/1/1') throw new Error('odd')
          return value
        }),
        ...more,
      ],
      sink: parts({ to, format: 'jsonl', partRows: rowsOfPage }),
      rowsPerCut: rowsOfPage,
    })
    /** The ids in the parts that the manifest names, and all other files. */
    const loaded = () => {
      const { files } = JSON.parse(readFileSync(join(to, '_manifest.json'), 'utf8')) as {
        readonly files: readonly { readonly name: string }[]
      }
      const named = files.map(({ name }) => name)
      return {
        named,
        others: readdirSync(to).filter(name => name !== '_manifest.json' && !named.includes(name)),
        ids: named.flatMap(name =>
          readFileSync(join(to, name), 'utf8')
            .trimEnd()
            .split('\n')
            .map(line => (JSON.parse(line) as { readonly id: string }).id),
        ),
      }
    }
    return { machine, planOf, loaded, to }
  }
  const wanted = [...all, 'new'].filter(id => id !== 's2/1/1').toSorted()

  await t.test('has each row once, with what has changed meanwhile', async t => {
    const { machine, planOf, loaded } = await machines(t)
    const [first, second] = [machine('one'), machine('two')]
    let run = ''
    const helped = Promise.withResolvers<void>()
    let helping: Promise<unknown> | undefined
    const { manifest } = await first.run(planOf({ reading: () => helped.promise }), {
      onEvent: (event: RunEvent) => void ('run' in event && (run = event.run)),
      spread: {
        announce(shards) {
          t.equal(shards, 6)
          const plan = planOf({ reading: () => helped.resolve() })
          helping = second.run(plan, { spread: { announce: () => t.fail(), share: run } })
        },
      },
    })
    await helping
    const { ids, others, named } = loaded()
    t.strictSame(ids.toSorted(), wanted)
    t.strictSame(others, [], 'nothing is left beside the parts of the load')
    t.match(
      named.filter(name => name.includes('-t1-s')),
      { length: 16 },
      'only the shards with repeated rows were read again',
    )
    t.match(manifest, {
      completeness: 'complete',
      counts: { before: 120, read: 121, written: 120, failed: 1 },
      shards: 6,
    })
    t.match(await first.store.read(run, reader => reader.readResults()), [
      { key: 's2/1/1', outcome: 'failed', code: 'STEP_FAILED' },
    ])
    t.strictSame(await first.store.list({ shareOf: run }), [])
    t.match(await first.store.list(), [{ id: run, status: 'done' }], 'its shards are no runs of their own')
  })

  await t.test('is continued by another machine after the last parts that were closed', async t => {
    const { machine, planOf, loaded } = await machines(t)
    const [first, second] = [machine('one'), machine('two')]
    let run = ''
    const alone = { announce: () => undefined }
    const breaks = planOf({
      reading(shard, page) {
        if (shard === 's1' && page === 3) throw new EntrapipeError('GRAPH_UNAVAILABLE', 'It broke off.')
      },
    })
    const request = { onEvent: (event: RunEvent) => void ('run' in event && (run = event.run)), spread: alone }
    await t.rejects(first.run(breaks, request), { code: 'GRAPH_UNAVAILABLE' })
    const read: string[] = []
    const watched = { reading: (shard: string, page: number) => void read.push(`${shard} ${page}`) }
    await second.run(planOf(watched), { resume: run, spread: alone })
    t.notMatch(read, ['s1 0'])
    t.notOk(read.includes('s1 1'), 'what is in closed parts is not read again')
    t.ok(read.includes('s1 3'))
    const { ids, others } = loaded()
    t.strictSame(ids.toSorted(), wanted)
    t.strictSame(others, [])
  })

  await t.test('is read by one process if a row depends on others', async t => {
    const { machine, planOf, loaded } = await machines(t)
    const announce = () => t.fail('nobody is asked')
    await machine('one').run(planOf({ reading: () => undefined }, [dedupe({ by: ['id'] })]), {
      spread: { announce },
    })
    t.strictSame(loaded().ids.toSorted(), wanted)
  })
})
