import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { systemClock } from '../../../src/core/clock.ts'
import { EntrapipeError } from '../../../src/core/errors.ts'
import { postgresBudget } from '../../../src/store/postgres/budget.ts'
import { openPostgres } from '../../../src/store/postgres/database.ts'
import { migrate } from '../../../src/store/postgres/migrations.ts'
import { postgresRuns } from '../../../src/store/postgres/postgres-runs.ts'
import { storeSchema } from '../../../src/store/postgres/schema.ts'
import { sandboxBed } from '../../engine/changes/sandbox-bed.ts'
import { postgres, withoutPostgres } from '../../servers/postgres.ts'
import { passing } from './shared-runs.ts'

t.test('a store whose runs are in PostgreSQL', { skip: withoutPostgres }, async t => {
  const server = await postgres(t)
  const shared = async (t: { teardown(end: () => Promise<void>): void }) => {
    const url = await server.database()
    const database = openPostgres({ url, clock: systemClock })
    await migrate(database, storeSchema)
    const runs = postgresRuns({ database, clock: systemClock, worker: 'test' })
    t.teardown(async () => {
      await runs.close()
      await database.close()
    })
    return { url, runs, budget: postgresBudget({ database, clock: systemClock }) }
  }

  const member = (group: string) => (id: string) => [{ kind: 'add-member', value: { group, member: id } }]

  t.test('records what a run changes, and has folders on this machine only for keys and ids', async t => {
    const { runs, budget } = await shared(t)
    const bed = await sandboxBed(t, [], {}, { runs, budget })
    const group = await bed.newGroup()
    const users = (await bed.ids('/users?$select=id&$top=100')).slice(0, 45)
    bed.input([...users.map(member(group)), member(group)('00000000-0000-4000-8000-000000000000')])
    const { run } = await bed.change()
    t.match(await runs.get(run), { status: 'done', worker: 'test' })
    t.match(await bed.store.read(run, reader => reader.countResults()), { done: 45, failed: 1 })
    t.equal((await bed.ids(`/groups/${group}/members?$select=id`)).length, 45)
    t.ok(existsSync(join(bed.store.folder.path, 'runs', run)))
    t.notOk(existsSync(join(bed.store.folder.path, 'index.sqlite')), 'nothing is recorded here')
    await bed.store.prune(-1)
    t.notOk(existsSync(join(bed.store.folder.path, 'runs', run)), 'nothing is left of a pruned run')
  })

  t.test('stops a run that another worker takes over, and leaves it to that one', async t => {
    const { runs, budget, url } = await shared(t)
    const bed = await sandboxBed(t, [], {}, { runs, budget })
    const group = await bed.newGroup()
    const users = (await bed.ids('/users?$select=id&$top=100')).slice(0, 100)
    bed.input(users.map(member(group)))
    let id = ''
    const changing = bed.change({
      async confirm() {
        id = (await runs.list({ status: ['running'] }))[0]!.id
        await passing(server, url, 60)
        await (await runs.hold(id)).release()
      },
    })
    await t.rejects(changing, { code: 'LEASE_LOST' })
    t.strictSame(await bed.ids(`/groups/${group}/members?$select=id`), [], 'nothing was sent')
    t.match(await runs.get(id), { status: 'interrupted' }, 'it is as the other one left it')
    await bed.change({}, { resume: id })
    t.equal((await bed.ids(`/groups/${group}/members?$select=id`)).length, 100)
  })

  t.test('sends what is left of a run on another machine, which has nothing but the ledger', async t => {
    const { runs, budget } = await shared(t)
    const here = await sandboxBed(t, [], {}, { runs, budget })
    const group = await here.newGroup()
    const users = (await here.ids('/users?$select=id&$top=100')).slice(0, 60)
    here.input(users.map(member(group)))
    const stop = new AbortController()
    const stopped = new EntrapipeError('TERMINATED', 'The machine is switched off.')
    await t.rejects(here.change({ confirm: async () => stop.abort(stopped) }, { signal: stop.signal }), stopped)
    const { id } = (await runs.list())[0]!
    await t.test('there', async t => {
      const there = await sandboxBed(t, [], {}, { runs, budget })
      there.input(users.map(member(group)))
      await there.change({}, { resume: id, graph: here.graph })
      t.match(await runs.get(id), { status: 'done', resumed: 1 })
    })
    t.equal((await here.ids(`/groups/${group}/members?$select=id`)).length, 60)
    t.match(await here.store.read(id, reader => reader.countResults()), { done: 60 })
  })
})
