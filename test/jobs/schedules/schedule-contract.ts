import type { Test } from 'tap'
import { given } from '../../../src/core/given.ts'
import { jobStore } from '../../../src/jobs/job-store.ts'
import type { JobState } from '../../../src/jobs/job.ts'
import type { NewSchedule } from '../../../src/jobs/schedules/schedule-lines.ts'
import { scheduleStore } from '../../../src/jobs/schedules/schedule-store.ts'
import type { KnownTenants } from '../../../src/jobs/schedules/scheduled-tenants.ts'
import type { Tables } from '../../../src/store/tables/tables.ts'
import { fakeClock } from '../../fake-clock.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

const schedule = (more: Partial<NewSchedule> = {}): NewSchedule => ({
  name: 'nightly',
  pipeline: 'export users',
  params: { preset: 'portal-users' },
  paths: { to: '/files/users.csv' },
  tenant: 'contoso',
  options: {},
  priority: 0,
  byId: 'tenant/ann',
  by: 'ann@contoso.com',
  when: { daily: '02:30', timeZone: 'UTC' },
  writes: false,
  missed: 'once',
  ...more,
})

/** What a store of schedules promises, whatever database its tables are in. `open` opens empty tables at each call. */
export const scheduleContract = async (t: Test, open: (t: Test) => Promise<Tables>): Promise<void> => {
  const bed = async (t: Test, start = '2026-01-01T00:00:00Z') => {
    const tables = await open(t)
    const { clock, advance } = fakeClock(Date.parse(start))
    const jobs = jobStore(tables, clock)
    let outputs = 0
    const newOutput = async (name: string) => `/outputs/${++outputs}/${name}`
    const openStore = (known?: KnownTenants) =>
      scheduleStore({
        ...{ tables, clock, addJob: jobs.createIn, findJob: jobs.findIn, newOutput },
        ...given({ known }),
      })
    const schedules = openStore()
    const at = (iso: string) => advance(Date.parse(iso) - clock.now())
    const started = async () => (await jobs.list({})).items.toReversed()
    const end = async (id: string, ...states: readonly JobState[]) => {
      for (const state of states) await jobs.change(id, () => true, { state }, { who: 'root', action: 'test' })
    }
    return { tables, schedules, openStore, jobs, clock, advance, at, started, end }
  }

  await t.test('a schedule is shown as it was made, without its paths', async t => {
    const { schedules } = await bed(t)
    const shown = {
      name: 'nightly',
      state: 'active',
      revision: 1,
      pipeline: 'export users',
      params: { preset: 'portal-users' },
      tenant: 'contoso',
      options: {},
      priority: 0,
      when: { daily: '02:30', timeZone: 'UTC' },
      writes: false,
      missed: 'once',
      by: 'ann@contoso.com',
      createdAt: '2026-01-01T00:00:00.000Z',
      nextAt: '2026-01-01T02:30:00.000Z',
    }
    t.strictSame(await schedules.add(schedule()), shown)
    t.strictSame(await schedules.get('nightly'), shown)
    t.strictSame(await schedules.list({ tenants: ['contoso'] }), [shown])
    t.strictSame(await schedules.list({ tenants: ['fabrikam'] }), [])
    t.strictSame(await schedules.list({ tenants: [] }), [])
    await t.rejects(schedules.add(schedule()), { code: 'SCHEDULE_KNOWN' })
    await t.rejects(schedules.get('weekly'), { code: 'SCHEDULE_UNKNOWN' })
  })

  await t.test('each time starts one job, and the next one is due', async t => {
    const { schedules, at, started, end } = await bed(t)
    await schedules.add(schedule())
    t.equal(await schedules.tick(), Date.parse('2026-01-01T02:30:00Z'))
    t.strictSame(await started(), [])
    at('2026-01-01T02:30:00Z')
    t.equal(await schedules.tick(), Date.parse('2026-01-02T02:30:00Z'))
    await schedules.tick()
    const [job, ...more] = await started()
    t.strictSame(more, [])
    t.match(job, {
      pipeline: 'export users',
      tenant: 'contoso',
      state: 'queued',
      by: 'ann@contoso.com',
      schedule: 'nightly',
    })
    t.match(await schedules.get('nightly'), { lastJob: job!.id, lastAt: '2026-01-01T02:30:00.000Z' })
    await end(job!.id, 'running', 'done')
    at('2026-01-02T02:30:01Z')
    await schedules.tick()
    t.equal((await started()).length, 2)
  })

  await t.test('each job writes its file into a folder of its own', async t => {
    const { schedules, jobs } = await bed(t)
    await schedules.add(schedule({ paths: { from: '/uploads/u1/a.csv' }, outputs: { to: 'users.csv' } }))
    const paths = async () => (await jobs.stored((await schedules.run('nightly', 'bob')).id)).order.paths
    t.strictSame(await paths(), { from: '/uploads/u1/a.csv', to: '/outputs/1/users.csv' })
    t.strictSame(await paths(), { from: '/uploads/u1/a.csv', to: '/outputs/2/users.csv' })
    t.strictSame([await schedules.isNamed('u1'), await schedules.isNamed('u2')], [true, false])
  })

  await t.test('of two processes that look at the same moment, one starts the job', async t => {
    const { schedules, openStore, at, started } = await bed(t)
    await schedules.add(schedule())
    at('2026-01-01T02:30:00Z')
    const other = openStore()
    await Promise.all([schedules.tick(), other.tick(), schedules.tick(), other.tick()])
    t.equal((await started()).length, 1)
  })

  await t.test('times that passed while nobody looked start one job; a write job is then missed', async t => {
    const { schedules, jobs, at, started } = await bed(t)
    await schedules.add(schedule())
    await schedules.add(schedule({ name: 'leavers', pipeline: 'offboard', writes: true }))
    await schedules.add(schedule({ name: 'exact', missed: 'skip' }))
    t.equal((await schedules.get('leavers')).notAfterMs, 2 * hourMs)
    at('2026-01-20T12:00:00Z')
    await schedules.tick()
    await jobs.tickets()
    t.strictSame((await started()).map(({ schedule, state }) => [schedule, state]).toSorted(), [
      ['exact', 'missed'],
      ['leavers', 'missed'],
      ['nightly', 'queued'],
    ])
    t.match(await schedules.get('nightly'), {
      lastAt: '2026-01-20T02:30:00.000Z',
      nextAt: '2026-01-21T02:30:00.000Z',
      alert: undefined,
    })
    t.match((await schedules.get('leavers')).alert, /was missed: it could not start in time\.$/)
  })

  await t.test('a write job that is a little late still starts', async t => {
    const { schedules, jobs, at, started } = await bed(t)
    await schedules.add(schedule({ writes: true }))
    at('2026-01-01T04:29:00Z')
    await schedules.tick()
    await jobs.tickets()
    t.strictSame(
      (await started()).map(({ state }) => state),
      ['queued'],
    )
  })

  await t.test('while the job of the time before has not ended, a time starts none and tells so once', async t => {
    const { tables, schedules, at, started, end } = await bed(t)
    const noticed = async () =>
      (await tables.query('select notice from notices order by id')).map(
        ({ notice }) => JSON.parse(String(notice)) as object,
      )
    await schedules.add(schedule())
    at('2026-01-01T02:30:00Z')
    await schedules.tick()
    const [job] = await started()
    await end(job!.id, 'running')
    at('2026-01-02T02:30:00Z')
    await schedules.tick()
    t.equal((await started()).length, 1)
    t.match(await schedules.get('nightly'), {
      alert: `The time 2026-01-02T02:30:00.000Z started no job, because job ${job!.id} of the time before had not ended.`,
      lastJob: job!.id,
    })
    const notice = {
      type: 'schedule.skipped',
      at: '2026-01-02T02:30:00.000Z',
      ...{ tenant: 'contoso', pipeline: 'export users', schedule: 'nightly', isProblem: true },
      alert: (await schedules.get('nightly')).alert,
    }
    t.match(await noticed(), [notice])
    at('2026-01-03T02:30:00Z')
    await schedules.tick()
    t.equal((await noticed()).length, 1)
    await end(job!.id, 'done')
    at('2026-01-04T02:30:00Z')
    await schedules.tick()
    t.equal((await started()).length, 2)
    t.equal((await schedules.get('nightly')).alert, undefined)
  })

  await t.test('a job without rows, one that failed, and one with failed rows raise an alert', async t => {
    const { schedules, jobs, at, started } = await bed(t)
    await schedules.add(schedule())
    const counts = { rows: 0, pending: 0, done: 0, unchanged: 0, skipped: 0, failed: 0, unknown: 0, waiting: 0 }
    const alertAfter = async (day: string, end: Parameters<typeof jobs.change>[2]) => {
      at(`2026-01-${day}T02:30:00Z`)
      await schedules.tick()
      const { id } = (await started()).at(-1)!
      await jobs.change(id, ['queued'], { state: 'running' }, { who: 'root', action: 'test' })
      await jobs.change(id, ['running'], end, { who: 'root', action: 'test' })
      return (await schedules.get('nightly')).alert?.replace(id, 'J')
    }
    t.equal(await alertAfter('01', { state: 'done', counts }), 'Job J had no rows.')
    t.equal(await alertAfter('02', { state: 'done', counts: { ...counts, rows: 5, done: 5 } }), undefined)
    t.equal(
      await alertAfter('03', { state: 'done', counts: { ...counts, rows: 5, done: 2, failed: 2, unknown: 1 } }),
      'Job J has rows that failed or are unknown: 3 of 5.',
    )
    t.equal(
      await alertAfter('04', { state: 'failed', error: { code: 'DISK_FULL', message: 'The disk is full.' } }),
      'Job J is failed: The disk is full.',
    )
    t.equal(await alertAfter('05', { state: 'short', reason: 'Short' }), 'Job J is short (Short).')
  })

  await t.test('a schedule whose time zone is not known any more is paused and tells so; the others start', async t => {
    const { tables, schedules, at, started } = await bed(t)
    await schedules.add(schedule({ name: 'lost' }))
    await schedules.add(schedule())
    await tables.query(
      `update schedules set schedule = replace(schedule, '"UTC"', '"Mars/Olympus"') where name = 'lost'`,
    )
    at('2026-01-01T02:30:00Z')
    t.equal(await schedules.tick(), Date.parse('2026-01-02T02:30:00Z'))
    t.strictSame(
      (await started()).map(job => job.schedule),
      ['nightly'],
    )
    t.match(await schedules.get('lost'), {
      state: 'paused',
      alert: /^It was paused: Expected timeZone to be a time zone/,
    })
  })

  await t.test('a schedule whose maker has no access any more starts nothing, and says so', async t => {
    const { tables, schedules, at, started, end } = await bed(t)
    const token = async (id: string, person: string | null, tenants: unknown = ['contoso'], role = 'Operator') =>
      tables.query(
        `insert into access (id, name, hash, role, tenants, person, created_at, expires_at, revoked_at, made_by)
         values ($1, $1, $1, $2, $3, $4, 0, 1, null, 'root')`,
        [id, role, JSON.stringify(tenants), person],
      )
    const revoke = (id: string) => tables.query('update access set revoked_at = 2 where id = $1', [id])
    await token('t1', null)
    await token('t2', 'ben')
    await token('t3', 'ben', 'all')
    await schedules.add(schedule({ name: 'of-app', byId: 'token:t1', by: 'nightly job' }))
    await schedules.add(schedule({ name: 'of-ben', byId: 'person:ben', by: 'ben' }))
    await schedules.add(schedule({ name: 'of-entra', byId: 'entra:directory/object' }))
    at('2026-01-01T02:30:00Z')
    await schedules.tick()
    t.strictSame(
      (await started()).map(job => job.schedule).toSorted(),
      ['of-app', 'of-ben', 'of-entra'],
      'expired only',
    )
    for (const { id } of await started()) await end(id, 'running', 'done')

    await revoke('t1')
    await revoke('t2')
    at('2026-01-02T02:30:00Z')
    await schedules.tick()
    const second = (await started()).slice(3)
    t.strictSame(second.map(job => job.schedule).toSorted(), ['of-ben', 'of-entra'], 'ben has another token')
    t.match((await schedules.get('of-app')).alert, /the access of nightly job, who made the schedule, was revoked/)
    await t.rejects(schedules.run('of-app', 'cem'), { code: 'SCHEDULE_STATE' })
    for (const { id } of second) await end(id, 'running', 'done')

    await revoke('t3')
    await token('t4', 'ben', ['fabrikam'])
    await token('t5', 'ben', 'all', 'Reader')
    await schedules.replace(schedule({ name: 'of-app', byId: 'entra:directory/object', by: 'cem' }))
    at('2026-01-03T02:30:00Z')
    await schedules.tick()
    t.strictSame(
      (await started())
        .slice(5)
        .map(job => job.schedule)
        .toSorted(),
      ['of-app', 'of-entra'],
    )
  })

  await t.test('a schedule over several tenants starts one job over those that there are at its time', async t => {
    const { schedules: ofWorker, openStore, jobs, at, started, end } = await bed(t)
    const tags: Record<string, readonly string[]> = { contoso: ['emea'], fabrikam: [], tailspin: ['apac'] }
    const before = openStore({ names: ['contoso', 'fabrikam'], tagsOf: name => tags[name]! })
    const several = { tenant: '*', outputs: { to: 'users.csv' } }
    await before.add(schedule({ ...several, name: 'all', tenants: 'all' }))
    await before.add(schedule({ ...several, name: 'tagged', tags: ['emea', 'apac'] }))
    await before.add(schedule({ ...several, name: 'named', tenants: ['fabrikam'] }))
    await before.add(schedule({ ...several, name: 'untagged', tags: ['latam'] }))
    const seen = async (...tenants: readonly string[]) => (await before.list({ tenants })).map(({ name }) => name)
    t.strictSame(await seen('contoso'), ['tagged'])
    t.strictSame(await seen('fabrikam'), ['named'])
    t.strictSame(await seen('contoso', 'fabrikam'), ['all', 'named', 'tagged', 'untagged'])
    const audited = (await jobs.audit({ tenants: ['fabrikam'] })).map(({ job }) => job)
    t.strictSame(
      audited.filter(job => job !== 'schedule/untagged'),
      ['schedule/named'],
    )

    at('2026-01-01T02:30:00Z')
    t.equal(await ofWorker.tick(), undefined, 'a process that does not know the tenants leaves it to another one')
    t.strictSame(await started(), [])
    const server = openStore({ names: ['contoso', 'fabrikam', 'tailspin'], tagsOf: name => tags[name]! })
    await server.tick()
    const wholes = (await started()).filter(({ tenants }) => tenants)
    const tenantsOf = Object.fromEntries(wholes.map(({ schedule: name, tenants }) => [name, tenants]))
    t.strictSame(tenantsOf, {
      all: ['contoso', 'fabrikam', 'tailspin'],
      tagged: ['contoso', 'tailspin'],
      named: ['fabrikam'],
    })
    const parts = (await jobs.list({ partOf: wholes[0]!.id })).items
    const paths = await Promise.all(parts.map(async ({ id }) => (await jobs.stored(id)).order.paths['to']))
    t.equal(new Set(paths).size, parts.length, 'each has a file of its own')
    t.match((await server.get('untagged')).alert, /started no job, because no tenant has the tag latam\.$/)
    await t.rejects(server.run('untagged', 'ann'), { code: 'SCHEDULE_STATE' })

    const tagged = wholes.find(whole => whole.schedule === 'tagged')!
    const [one, other] = (await jobs.list({ partOf: tagged.id })).items
    await end(one!.id, 'running', 'done')
    await end(other!.id, 'running', 'failed')
    t.match((await server.get('tagged')).alert, /did not succeed for all tenants: 1 failed, 1 done\.$/)
  })

  await t.test('a paused schedule starts nothing, and does not make up for it', async t => {
    const { schedules, at, started } = await bed(t)
    await schedules.add(schedule())
    t.match(await schedules.pause('nightly', 'bob'), { state: 'paused', nextAt: undefined })
    await t.rejects(schedules.pause('nightly', 'bob'), { code: 'SCHEDULE_STATE' })
    at('2026-01-05T12:00:00Z')
    t.equal(await schedules.tick(), undefined)
    t.match(await schedules.resume('nightly', 'bob'), { state: 'active', nextAt: '2026-01-06T02:30:00.000Z' })
    await schedules.tick()
    t.strictSame(await started(), [])
    await t.rejects(schedules.resume('nightly', 'bob'), { code: 'SCHEDULE_STATE' })
  })

  await t.test('a schedule of one time ends with it', async t => {
    const { schedules, at, started } = await bed(t)
    await schedules.add(schedule({ when: { at: '2026-01-01T02:30:00+01:00' } }))
    t.strictSame(await schedules.next('nightly', 5), ['2026-01-01T01:30:00.000Z'])
    at('2026-01-01T01:30:00Z')
    t.equal(await schedules.tick(), undefined)
    t.equal((await started()).length, 1)
    t.match(await schedules.get('nightly'), { state: 'ended', nextAt: undefined })
    t.strictSame(await schedules.next('nightly', 5), [])
  })

  await t.test('it can be run between its times, which stay as they are', async t => {
    const { schedules, started, jobs } = await bed(t)
    await schedules.add(schedule({ writes: true }))
    const first = await schedules.run('nightly', 'bob')
    const second = await schedules.run('nightly', 'bob')
    t.strictSame((await started()).map(({ id }) => id).toSorted(), [first.id, second.id].toSorted())
    t.match(await schedules.get('nightly'), { lastJob: second.id, nextAt: '2026-01-01T02:30:00.000Z' })
    await jobs.tickets()
    t.equal((await jobs.get(first.id)).state, 'queued')
  })

  await t.test('a removed schedule starts nothing; its jobs and its audit stay', async t => {
    const { schedules, jobs, at, started } = await bed(t)
    await schedules.add(schedule())
    at('2026-01-01T02:30:00Z')
    await schedules.tick()
    await schedules.remove('nightly', 'bob')
    await t.rejects(schedules.remove('nightly', 'bob'), { code: 'SCHEDULE_UNKNOWN' })
    at('2026-01-02T02:30:00Z')
    await schedules.tick()
    t.equal((await started()).length, 1)
    t.strictSame(
      (await jobs.audit({ job: 'schedule/nightly' })).map(({ who, action }) => [who, action]),
      [
        ['bob', 'remove schedule'],
        ['ann@contoso.com', 'add schedule'],
      ],
    )
    const again = await schedules.add(schedule())
    t.match(again, { state: 'active', lastJob: undefined }, 'its name can be used again')
    t.equal((await jobs.audit({ job: 'schedule/nightly' })).length, 3)
    t.match(await schedules.pause('nightly', 'bob'), { state: 'paused' })
  })

  await t.test('each time of a year comes once, also when the clocks change and the process restarts', async t => {
    const { schedules, openStore, clock, advance, started, end } = await bed(t, '2026-01-01T00:10:00Z')
    await schedules.add(schedule({ when: { daily: '02:30', timeZone: 'Europe/Berlin' } }))
    let store = schedules
    const seen = new Set<string>()
    while (clock.now() < Date.parse('2027-01-01T00:00:00Z')) {
      advance(6 * hourMs)
      store = openStore()
      await store.tick()
      const { lastJob, lastAt } = await store.get('nightly')
      if (lastJob === undefined || seen.has(lastAt!)) continue
      seen.add(lastAt!)
      await end(lastJob, 'running', 'done')
    }
    t.equal(seen.size, 365)
    t.equal((await started()).length, 100, 'a page of them')
  })
}
