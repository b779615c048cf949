import { randomUUID } from 'node:crypto'
import type { Test } from 'tap'
import type { NewJob } from '../../src/jobs/insert-job.ts'
import { cursorOf, type JobAudit } from '../../src/jobs/job-audit.ts'
import { jobStore } from '../../src/jobs/job-store.ts'
import type { JobState, Person } from '../../src/jobs/job.ts'
import { wholeStore } from '../../src/jobs/wholes/whole-store.ts'
import type { Tables } from '../../src/store/tables/tables.ts'
import { fakeClock } from '../fake-clock.ts'

const ann: Person = { id: 'tenant/ann', name: 'ann@contoso.com' }
const bob: Person = { id: 'tenant/bob', name: 'bob@contoso.com' }
const root = { who: 'root', action: 'test' }
const dayMs = 24 * 60 * 60 * 1000

const order = (more: Partial<NewJob> = {}): NewJob => ({
  pipeline: 'export users',
  params: { preset: 'portal-users' },
  paths: { to: '/files/users.csv' },
  options: {},
  tenant: 'contoso',
  work: { kind: 'run' },
  writes: false,
  ...more,
})

const writing = (more: Partial<NewJob> = {}) => order({ pipeline: 'users update', writes: true, ...more })

/** What a job store promises, whatever database its tables are in. `open` opens empty tables at each call. */
export const jobStoreContract = async (t: Test, open: (t: Test) => Promise<Tables>): Promise<void> => {
  const bed = async (t: Test) => {
    const tables = await open(t)
    const { clock, advance } = fakeClock()
    const store = jobStore(tables, clock)
    const submit = async (more?: NewJob, person = ann) => (await store.create(more ?? order(), person)).job
    const move = (id: string, state: JobState) => store.change(id, () => true, { state }, root)
    /** Takes a job through its states. */
    const through = async (id: string, ...states: readonly JobState[]) => {
      for (const state of states) await move(id, state)
    }
    const ticketed = async () => (await store.tickets()).map(({ job }) => job)
    return { tables, store, clock, advance, submit, move, through, ticketed }
  }

  await t.test('a job is returned as it was submitted, without its paths', async t => {
    const { store, submit, clock } = await bed(t)
    const { id, ...job } = await submit(
      writing({ priority: 5, notAfter: clock.now() + 1000, dryRun: true, parent: 'x' }),
    )
    t.match(id, /^j20260101-000000-[0-9a-f]{8}$/)
    t.strictSame(job, {
      fileName: 'users.csv',
      pipeline: 'users update',
      params: { preset: 'portal-users' },
      tenant: 'contoso',
      state: 'queued',
      writes: true,
      dryRun: true,
      priority: 5,
      by: 'ann@contoso.com',
      createdAt: '2026-01-01T00:00:00.000Z',
      notAfter: '2026-01-01T00:00:01.000Z',
      parent: 'x',
      revision: 1,
    })
    t.strictSame(await store.get(id), { id, ...job })
    t.strictSame((await store.stored(id)).order.paths, { to: '/files/users.csv' })
    t.equal((await store.stored(id)).order.byId, ann.id)
    await t.rejects(store.get('j1'), { code: 'JOB_UNKNOWN' })
  })

  await t.test('the same request with the same key makes one job, per person and path, for 24 hours', async t => {
    const { store, advance } = await bed(t)
    const key = { path: 'POST /api/jobs', name: 'k1', body: { a: 1, b: [2] } }
    const create = async (of = key, person = ann) => (await store.create(order(), person, of)).job.id
    const first = await create()
    t.equal(await create({ ...key, body: { b: [2], a: 1 } }), first, 'in whatever order its fields are')
    t.not(await create(key, bob), first, 'somebody else has keys of their own')
    t.not(await create({ ...key, path: 'POST /api/preview' }), first)
    await t.rejects(create({ ...key, body: { a: 2, b: [2] } }), { code: 'KEY_REUSED' })
    const together = await Promise.all([1, 2, 3].map(() => create({ ...key, name: 'k2' })))
    t.equal(new Set(together).size, 1, 'also when they come together')
    advance(dayMs - 1)
    t.equal(await create(), first)
    advance(1)
    t.not(await create(), first)
    t.equal((await store.list({})).items.length, 5)
  })

  await t.test('a key of a job that was deleted makes no other job', async t => {
    const { store, through } = await bed(t)
    const key = { path: 'p', name: 'k', body: null }
    const { job } = await store.create(order(), ann, key)
    await through(job.id, 'cancelled')
    await store.remove(job.id, 'ann')
    await t.rejects(store.create(order(), ann, key), { code: 'JOB_UNKNOWN' })
  })

  await t.test('jobs are listed newest first, in pages that lose and repeat none', async t => {
    const { store, advance, submit } = await bed(t)
    const ids: string[] = []
    for (let at = 0; at < 25; at++) {
      if (at % 3 === 0) advance(1)
      ids.push((await submit()).id)
    }
    const seen: string[] = []
    for (let cursor: string | undefined, pages = 0; pages === 0 || cursor !== undefined; pages++) {
      const page = await store.list({ limit: 10, ...(cursor === undefined ? {} : { cursor }) })
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.next
      t.equal(page.items.length, pages < 2 ? 10 : 5)
      // A job that comes meanwhile is on no later page.
      advance(1)
      await submit()
    }
    t.strictSame(seen.toSorted(), ids.toSorted())
    t.equal((await store.list({})).items[0]!.createdAt > (await store.list({})).items.at(-1)!.createdAt, true)
    for (const cursor of ['', 'x', '1', `1' or 1=1.x`])
      await t.rejects(store.list({ cursor }), { code: 'OPTION_INVALID' })
  })

  await t.test('filters are all applied, and an empty list of tenants shows nothing', async t => {
    const { store, submit, through } = await bed(t)
    const a = await submit(order({ tenant: 'a' }))
    const b = await submit(writing({ tenant: 'b', parent: a.id }))
    await through(b.id, 'cancelled')
    const ids = async (query: Parameters<typeof store.list>[0]) => (await store.list(query)).items.map(({ id }) => id)
    t.strictSame(await ids({ tenants: ['a'] }), [a.id])
    t.strictSame(await ids({ tenants: [] }), [])
    t.strictSame(await ids({ tenants: ['a', 'b'], state: ['cancelled', 'done'] }), [b.id])
    t.strictSame(await ids({ pipeline: 'export users' }), [a.id])
    t.strictSame(await ids({ parent: a.id, tenants: ['b'] }), [b.id])
    t.strictSame(await ids({ parent: a.id, tenants: ['a'] }), [])
  })

  await t.test('a state changes only as its job has it, and two who change it are not both right', async t => {
    const { store, submit, through } = await bed(t)
    const { id } = await submit()
    await t.rejects(store.change(id, ['running'], { state: 'done' }, root, 'ended'), {
      code: 'JOB_STATE',
      message: `Job ${id} cannot be ended: it is queued.`,
    })
    await t.rejects(through(id, 'done'), { code: 'JOB_STATE' }, 'a queued job was never run')
    const both = await Promise.allSettled(
      ['a', 'b'].map(holder => store.change(id, ['queued'], { state: 'running', holder }, { ...root, who: holder })),
    )
    t.strictSame(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
    t.match((await store.stored(id)).holder, /^[ab]$/)
  })

  await t.test('what a change does not name stays, and what it clears is gone', async t => {
    const { store, submit } = await bed(t)
    const { id } = await submit()
    await store.change(id, ['queued'], { state: 'running', run: 'r1', reason: 'x', startedAt: 'now' }, root)
    const failed = await store.change(id, ['running'], { state: 'failed', error: { code: 'C', message: 'm' } }, root)
    t.match(failed, { run: 'r1', reason: 'x', startedAt: 'now', endedAt: '2026-01-01T00:00:00.000Z' })
    const again = await store.change(id, ['failed'], { state: 'queued', clears: ['error', 'reason'] }, root)
    t.strictSame([again.error, again.reason, again.endedAt, again.run], [undefined, undefined, undefined, 'r1'])
  })

  await t.test('only the holder reports progress, and learns the state', async t => {
    const { store, submit, move } = await bed(t)
    const { id } = await submit()
    await store.change(id, ['queued'], { state: 'running', holder: 'me' }, root)
    const progress = {
      doing: 'running',
      rows: 1,
      total: null,
      rowsPerSecond: 1,
      secondsLeft: null,
      boundBy: null,
      requests: 0,
      units: 0,
      throttled: 0,
    }
    t.equal(await store.tell(id, 'other', { progress }), undefined)
    t.equal((await store.get(id)).progress, undefined)
    t.equal(await store.tell(id, 'me', { progress, run: 'r1' }), 'running')
    t.match(await store.get(id), { progress, run: 'r1', revision: 2 })
    await move(id, 'cancelling')
    t.equal(await store.tell(id, 'me', {}), 'cancelling')
  })

  await t.test('of the write jobs of a pipeline and tenant one can start, and the next when it has ended', async t => {
    const { submit, through, advance, ticketed } = await bed(t)
    const first = await submit(writing())
    advance(1)
    const second = await submit(writing())
    const urgent = await submit(writing({ priority: 9 }))
    const otherTenant = await submit(writing({ tenant: 'fabrikam' }))
    const otherPipeline = await submit(writing({ pipeline: 'users delete' }))
    const reads = [await submit(), await submit()]
    t.strictSame(
      (await ticketed()).toSorted(),
      [urgent.id, otherTenant.id, otherPipeline.id, ...reads.map(({ id }) => id)].toSorted(),
    )
    t.strictSame(await ticketed(), [], 'each ticket once')
    await through(urgent.id, 'running')
    t.strictSame(await ticketed(), [])
    await through(urgent.id, 'interrupted')
    t.strictSame(await ticketed(), [urgent.id], 'an interrupted job is continued before others begin')
    await through(urgent.id, 'running', 'cancelling')
    t.strictSame(await ticketed(), [])
    await through(urgent.id, 'cancelled')
    t.strictSame(await ticketed(), [first.id])
    await through(first.id, 'running', 'paused')
    t.strictSame(await ticketed(), [second.id], 'a job that waits for its window keeps nobody waiting')
  })

  await t.test('tickets are in the order of priority, then of age', async t => {
    const { submit, advance, ticketed } = await bed(t)
    const priorities = [0, -5, 7, 0, 7]
    const ids: string[] = []
    for (const priority of priorities) {
      ids.push((await submit(order({ priority }))).id)
      advance(1)
    }
    t.strictSame(
      await ticketed(),
      [2, 4, 0, 3, 1].map(at => ids[at]),
    )
  })

  await t.test('a job starts at its time, and one that may not start so late is missed', async t => {
    const { store, submit, clock, advance, ticketed } = await bed(t)
    const at = clock.now() + 1000
    const later = await submit(order({ at }))
    t.equal(later.state, 'scheduled')
    t.equal(await store.nextDue(), at)
    const late = await submit(writing({ at, notAfter: at + 500 }))
    const queued = await submit(writing({ notAfter: at + 500 }))
    const reading = await submit(order({ notAfter: at + 500 }))
    t.strictSame((await ticketed()).toSorted(), [queued.id, reading.id].toSorted())
    advance(999)
    t.strictSame(await ticketed(), [])
    advance(1)
    t.strictSame(await ticketed(), [later.id], 'the other one waits for a write job that has not run')
    t.equal(await store.nextDue(), undefined)
    advance(501)
    t.strictSame(await ticketed(), [])
    const states = await Promise.all([later, late, queued, reading].map(async ({ id }) => (await store.get(id)).state))
    t.strictSame(states, ['queued', 'missed', 'missed', 'missed'])
    t.equal((await store.get(late.id)).reason, 'NotAfter')
  })

  await t.test('a plan that nobody approves in time is discarded', async t => {
    const { store, submit, clock, advance, ticketed } = await bed(t)
    const { id } = await submit(writing())
    const act = { who: 'root', action: 'test' }
    await store.change(id, ['queued'], { state: 'running' }, act)
    const until = clock.now() + 1000
    await store.change(id, ['running'], { state: 'awaiting-approval', planHash: 'x', atMs: until }, act)
    t.equal(await store.nextDue(), until)
    advance(999)
    t.strictSame(await ticketed(), [])
    t.equal((await store.get(id)).state, 'awaiting-approval')
    advance(1)
    t.strictSame(await ticketed(), [])
    t.match(await store.get(id), { state: 'discarded', reason: 'ApprovalExpired' })
  })

  await t.test('files that no order names are found with one look at all orders', async t => {
    const { store, submit } = await bed(t)
    const [known, later, none] = Array.from({ length: 3 }, () => randomUUID())
    await submit(order({ paths: { to: `/files/outputs/${known}/users.csv` } }))
    const isNamed = await store.named()
    await submit(order({ paths: { to: `/files/outputs/${later}/users.csv` } }))
    t.strictSame([await isNamed(known!), await isNamed(later!), await isNamed(none!)], [true, true, false])
  })

  await t.test('a job that is active cannot be deleted; one that has ended can, once, and its audit stays', async t => {
    const { store, submit, move, through } = await bed(t)
    const { id } = await submit()
    for (const state of ['running', 'cancelling'] as const) {
      await move(id, state)
      await t.rejects(store.remove(id, 'bob'), { code: 'JOB_STATE' })
    }
    await through(id, 'cancelled')
    await store.remove(id, 'bob')
    await t.rejects(store.remove(id, 'bob'), { code: 'JOB_UNKNOWN' })
    t.strictSame((await store.list({})).items, [])
    t.strictSame(
      (await store.audit({ job: id })).map(({ who, action, from, to, revision }) => [revision, who, action, from, to]),
      [
        [5, 'bob', 'delete', 'cancelled', 'cancelled'],
        [4, 'root', 'test', 'cancelling', 'cancelled'],
        [3, 'root', 'test', 'running', 'cancelling'],
        [2, 'root', 'test', 'queued', 'running'],
        [1, 'ann@contoso.com', 'submit', undefined, 'queued'],
      ],
    )
    const all = await store.audit({ tenants: ['contoso'], limit: 1000 })
    const paged: JobAudit[] = []
    for (let cursor: string | undefined; ;) {
      const page = await store.audit({ tenants: ['contoso'], limit: 2, cursor })
      if (page.length === 0) break
      paged.push(...page)
      cursor = cursorOf(page.at(-1)!)
    }
    t.strictSame(paged, all, 'pages have each entry once')
    await t.rejects(store.audit({ cursor: 'last' }), { code: 'OPTION_INVALID' })
    t.strictSame(await store.audit({ tenants: ['fabrikam'] }), [])
    t.equal((await store.audit({ tenants: ['contoso'], limit: 2 })).length, 2)
  })

  await t.test('history is kept for 365 days after the end, and the audit longer', async t => {
    const { store, submit, through, advance } = await bed(t)
    const old = await submit()
    await through(old.id, 'running', 'done')
    const active = await submit()
    advance(365 * dayMs)
    t.strictSame(await store.prune(), [])
    advance(1)
    t.strictSame(await store.prune(), [old.id])
    t.strictSame(
      (await store.list({})).items.map(({ id }) => id),
      [active.id],
    )
    t.equal((await store.audit({ job: old.id }))[0]!.action, 'prune')
  })

  await t.test('tickets of a queue that was emptied are made again', async t => {
    const { store, submit, ticketed } = await bed(t)
    const { id } = await submit(writing())
    await ticketed()
    await store.dropTickets()
    t.strictSame(await ticketed(), [id])
  })

  /** A job over several tenants, with a store of such. */
  const over = async (t: Test, tenants: readonly string[], more: Partial<NewJob> = {}) => {
    const all = await bed(t)
    const wholes = wholeStore(all.tables, all.clock)
    const { tenant: _, paths: __, work: ___, ...rest } = writing(more)
    const create = () =>
      all.store.create(
        {
          ...rest,
          parts: tenants.map(tenant => ({
            tenant,
            params: {},
            paths: { from: `/x/people.csv` },
            work: { kind: 'run' },
          })),
        },
        ann,
      )
    const { job } = await create()
    const ids = (await wholes.parts(job.id)).map(({ id }) => id)
    return { ...all, wholes, whole: job, ids, shown: () => all.store.get(job.id) }
  }

  await t.test('a job over several tenants follows their jobs, and starts nothing itself', async t => {
    const { store, whole, ids, shown, move, ticketed } = await over(t, ['a', 'b', 'c'])
    t.match(whole, { tenant: '*', tenants: ['a', 'b', 'c'], state: 'queued', fileName: 'people.csv' })
    t.strictSame(ids, [`${whole.id}-1`, `${whole.id}-2`, `${whole.id}-3`])
    t.strictSame((await ticketed()).toSorted(), [...ids].toSorted())
    await move(ids[0]!, 'running')
    t.match(await shown(), { state: 'running', parts: { running: 1, queued: 2 } })
    t.strictSame(await store.inStates(['running']).then(found => found.map(({ job }) => job.id)), [ids[0]])
    await move(ids[0]!, 'done')
    await move(ids[1]!, 'failed')
    t.match(await shown(), { state: 'running', parts: { done: 1, failed: 1, queued: 1 } })
    await move(ids[2]!, 'running')
    await move(ids[2]!, 'done')
    const ended = await shown()
    t.match(ended, { state: 'done', reason: 'NotAllTenantsSucceeded', parts: { done: 2, failed: 1 } })
    t.ok(ended.endedAt)
    await move(ids[1]!, 'queued')
    t.equal((await shown()).endedAt, undefined, 'a resumed one is in progress again')
  })

  await t.test('a job over several tenants is seen by who sees all of them, and its jobs by others', async t => {
    const { store, whole, ids } = await over(t, ['a', 'b'])
    const seen = async (tenants: readonly string[] | undefined, more: object = {}) =>
      (await store.list({ ...(tenants && { tenants }), ...more })).items.map(({ id }) => id).toSorted()
    t.strictSame(await seen(undefined), [whole.id])
    t.strictSame(await seen(['a', 'b', 'c']), [whole.id])
    t.strictSame(await seen(['a']), [ids[0]])
    t.strictSame(await seen(['c']), [])
    t.strictSame(await seen([]), [])
    t.strictSame(await seen(['a', 'b'], { partOf: whole.id }), ids)
    t.strictSame(await seen(['b'], { partOf: whole.id }), [ids[1]])
    t.strictSame(await seen(undefined, { single: true }), ids)
    const audited = async (tenants: readonly string[]) =>
      (await store.audit({ tenants })).map(({ job }) => job).toSorted()
    t.strictSame(await audited(['a', 'b']), [whole.id, ...ids])
    t.strictSame(await audited(['a']), [ids[0]])
    t.strictSame(await store.countByState(['a', 'b']), { queued: 2 })
    t.strictSame(await store.countByState(['a']), { queued: 1 })
    t.strictSame(await store.countByState([]), {})
  })

  await t.test('one notice tells how a job over several tenants ended', async t => {
    const { tables, whole, ids, move } = await over(t, ['a', 'b'])
    for (const id of ids) {
      await move(id, 'running')
      await move(id, 'failed')
    }
    const notices = (await tables.query('select notice from notices')).map(
      ({ notice }) => JSON.parse(String(notice)) as object,
    )
    t.match(notices, [{ type: 'job.ended', job: { id: whole.id, state: 'failed' }, tenant: '*', isProblem: true }])
  })

  await t.test('a job over several tenants waits for approval with the hash of all plans', async t => {
    const { store, wholes, whole, ids, shown, move } = await over(t, ['a', 'b'])
    for (const [at, id] of ids.entries()) {
      await move(id, 'running')
      await store.change(
        id,
        () => true,
        { state: 'awaiting-approval', planHash: String(at), approver: 'anybody' },
        root,
      )
    }
    const waiting = await shown()
    t.match(waiting, { state: 'awaiting-approval', approver: 'anybody', planHash: /^[0-9a-f]{64}$/ })
    await store.change(ids[0]!, () => true, { planHash: 'another' }, root)
    t.not((await shown()).planHash, waiting.planHash)
    await wholes.note(whole.id, { who: 'ann', action: 'approve' }, false)
    t.match(await store.audit({ job: whole.id, limit: 1 }), [{ who: 'ann', action: 'approve' }])
  })

  await t.test('a job over several tenants is deleted with their jobs once all have ended', async t => {
    const { store, wholes, whole, ids, move } = await over(t, ['a', 'b'])
    await move(ids[0]!, 'cancelled')
    await t.rejects(wholes.remove(whole.id, 'ann'), { code: 'JOB_STATE' })
    await move(ids[1]!, 'cancelled')
    await wholes.remove(whole.id, 'ann')
    t.strictSame((await store.list({ single: true })).items, [])
    await t.rejects(store.get(whole.id), { code: 'JOB_UNKNOWN' })
    t.match(await store.audit({ tenants: ['a', 'b'], job: whole.id, limit: 1 }), [{ action: 'delete' }])
  })
}
