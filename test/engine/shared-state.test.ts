import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Context } from '../../src/core/context.ts'
import type { Graph } from '../../src/core/graph.ts'
import type { Fields } from '../../src/core/json.ts'
import type { Source, Writer } from '../../src/core/parts.ts'
import { csv } from '../../src/sinks/csv.ts'
import { bed } from './plan-bed.ts'

const tables = ['create table seen (name text)']
const names = (ctx: Context): readonly unknown[] =>
  ctx.store
    .database('people', tables)
    .sql.prepare('select name from seen order by rowid')
    .all()
    .map(({ name }) => name)
const add = (ctx: Context, name: string): void => {
  const { sql, write } = ctx.store.database('people', tables)
  write(() => sql.prepare('insert into seen values (?)').run(name))
}

type Read = Source<Fields>['read']

const source = (read: Read): Source<Fields> => ({ kind: 'made', read })
const phase = (name: string, read: Read) => ({
  name,
  plan: { source: source(read), sink: csv({ to: `out/${name}.csv`, columns: ['name'] }) },
})
/** Pages without a position, so that no checkpoint is made. */
async function* filling(ctx: Context, more: readonly string[]): ReturnType<Read> {
  for (const name of more) {
    add(ctx, name)
    yield { rows: [{ key: name, value: { name } }], unfinished: true }
  }
  yield { rows: [] }
}
async function* reading(ctx: Context): ReturnType<Read> {
  yield { rows: names(ctx).map(name => ({ key: String(name), value: { name: String(name) } })) }
}

const databasesIn = (folder: string): readonly string[] => {
  const runs = join(folder, 'store', 'runs')
  return readdirSync(runs).flatMap(run => {
    const state = join(runs, run, 'state', '_databases')
    return existsSync(state) ? readdirSync(state).map(file => join(state, file)) : []
  })
}

t.test(
  'a phase reads what an earlier one stored; nobody else can; and nothing is left when the run has ended',
  async t => {
    const { folder, text, run } = bed(t)
    const modes: number[] = []
    const end = await run([
      phase('fill', ctx => filling(ctx, ['ann', 'bob'])),
      phase('read', async function* (ctx) {
        modes.push(...databasesIn(folder).map(file => statSync(file).mode & 0o777))
        yield* reading(ctx)
      }),
    ])
    t.equal(end.end, 'done')
    t.equal(text('out/read.csv'), 'name\nann\nbob\n')
    t.ok(modes.length > 0)
    t.ok(modes.every(mode => mode === 0o600))
    t.strictSame(databasesIn(folder), [])
  },
)

t.test('it is emptied when the phase that filled it starts over, and kept when a later one does', async t => {
  const { folder, text, run } = bed(t)
  let failsIn: 'fill' | 'read' | undefined = 'fill'
  const phases = () => [
    phase('fill', async function* (ctx) {
      yield* filling(ctx, ['ann', 'bob'])
      if (failsIn === 'fill') throw new Error('lost')
    }),
    phase('read', async function* (ctx) {
      add(ctx, 'cleo')
      const { sql } = ctx.store.database('own', tables)
      sql.prepare('insert into seen values (?)').run('dan')
      if (failsIn === 'read') throw new Error('lost')
      yield* reading(ctx)
      const own = sql.prepare('select name from seen').all()
      yield { rows: own.map(({ name }) => ({ key: `own/${String(name)}`, value: { name: String(name) } })) }
    }),
  ]
  await t.rejects(run(phases()), /lost/)
  t.not(databasesIn(folder).length, 0)
  failsIn = 'read'
  await t.rejects(run(phases()), /lost/)
  t.not(databasesIn(folder).length, 0)
  failsIn = undefined
  t.equal((await run(phases())).end, 'done')
  t.equal(text('out/read.csv'), 'name\nann\nbob\ncleo\ncleo\ndan\n', 'cleo was added by both tries of the later phase')
  t.strictSame(databasesIn(folder), [])
})

t.test('the name of a database is a file name, and transforms have databases, too', async t => {
  const { run, text } = bed(t)
  const bad = phase('fill', ctx => {
    ctx.store.database('../people', tables)
    return filling(ctx, [])
  })
  await t.rejects(run([bad]), { code: 'PIPELINE_INVALID' })
  const { plan } = phase('fill', ctx => filling(ctx, ['ann']))
  await run({
    ...plan,
    transforms: [
      {
        kind: 'count',
        open: (ctx: Context) => (row: { readonly key: string; readonly value: Fields }) => ({
          ...row,
          value: { name: `${String(row.value['name'])} ${names(ctx).length}` },
        }),
      },
    ],
  })
  t.equal(text('out/fill.csv'), 'name\nann 1\n')
})

const client = { tenant: { id: '11111111-2222-3333-4444-555555555555', name: 'contoso' } } as unknown as Graph

t.test('the state of a tenant survives runs and their removal', async t => {
  const { folder, store, run, text } = bed(t)
  const remembering = phase('remember', async function* (ctx) {
    const { sql, write } = ctx.lasting('hr-employees', tables)
    write(() => sql.prepare('insert into seen values (?)').run(ctx.run))
    const { n } = sql.prepare('select count(*) as n from seen').get()!
    yield { rows: [{ key: 1, value: { name: Number(n) } }] }
  })
  await run([remembering], { graph: client })
  t.equal((await store.prune(-1)).pruned.length, 1)
  await run([remembering], { graph: client })
  t.equal(text('out/remember.csv'), 'name\n2\n')
  const file = join(folder, 'store', 'lasting', client.tenant.id, 'hr-employees.sqlite')
  t.equal(statSync(file).mode & 0o777, 0o600)
  await t.rejects(run([remembering]), { code: 'TENANT_MISSING' })
})

t.test('a phase reads what became of the rows of an earlier one, in the order of their keys', async t => {
  const { run } = bed(t)
  const read: unknown[] = []
  const first = {
    ...phase('first', async function* (ctx) {
      ctx.settled({ key: 'z', step: 1, operation: 'create-user', outcome: 'done', id: 'id-z' })
      ctx.settled({ key: 'z', operation: 'create-user', outcome: 'failed', code: 'Refused' })
      for (let key = 4_500; key > 0; key--)
        ctx.settled({ key: `k${key}`, operation: 'update-user', outcome: 'unchanged' })
      yield { rows: [{ key: 'a', value: { name: 'ann' } }] }
    }),
  }
  const second = phase('second', async function* (ctx) {
    for await (const page of ctx.results('first'))
      read.push(...page.map(({ key, step, outcome, id }) => [key, step, outcome, id]))
    yield { rows: [{ key: 1, value: { name: 'x' } }] }
  })
  await run([first, second])
  t.equal(read.length, 4_502)
  const keys = read.map(row => (row as readonly string[])[0])
  t.strictSame(keys, [...keys].sort())
  t.strictSame(read.slice(-2), [
    ['z', undefined, 'failed', undefined],
    ['z', 1, 'done', 'id-z'],
  ])
  const late = phase('late', ctx => ctx.results('second') as never)
  await t.rejects(run([late, second]), { code: 'PIPELINE_INVALID' })
})

t.test('a sink can write to the state of its tenant', async t => {
  const { run, store } = bed(t)
  const wrote: string[] = []
  const writer: Writer<Fields> = {
    write: async rows => void wrote.push(...rows.map(({ key }) => String(key))),
    checkpoint: async cut => ({ mark: 0, cut }),
    finish: async () => [],
    close: async () => undefined,
  }
  await run(
    {
      source: source(async function* () {
        yield { rows: [{ key: 'a', value: {} }] }
      }),
      sink: {
        kind: 'memory',
        open: async (ctx: Context) => {
          t.equal(ctx.dryRun, false)
          ctx.lasting('other', tables)
          return writer
        },
      },
    },
    { graph: client },
  )
  t.strictSame(wrote, ['a'])
  t.equal(store.lasting(client.tenant.id, 'other', tables).sql.prepare('select * from seen').all().length, 0)
})
