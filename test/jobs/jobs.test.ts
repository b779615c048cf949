import { existsSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { inputText } from '../../src/api/jobs/results.ts'
import { ann, bob, jobBed } from './job-bed.ts'

t.test('mistakes in an order are found before it is a job', async t => {
  const { jobs, store, create } = await jobBed(t)
  const submit = (more: object) =>
    jobs.submit(
      { pipeline: 'export users', params: {}, tenant: 'sandbox', paths: { to: '/x/users.csv' }, ...more },
      ann,
    )
  await t.rejects(submit({ pipeline: 'no such' }), { code: 'FILE_MISSING' })
  await t.rejects(submit({ params: { colour: 'red' } }), { code: 'OPTION_INVALID' })
  await t.rejects(submit({ params: { limit: 'many' } }), { code: 'OPTION_INVALID' })
  for (const priority of [101, -101, 1.5]) await t.rejects(create('x.csv', { priority }), { code: 'OPTION_INVALID' })
  t.strictSame((await store.list({})).items, [])
})

t.test(
  'a request with a key that is in progress is refused, and one that was answered has the same answer',
  async t => {
    const { jobs } = await jobBed(t)
    const key = { path: 'POST /api/jobs', name: 'k', body: 1 }
    const submit = () =>
      jobs.submit({ pipeline: 'export users', params: {}, tenant: 'sandbox', paths: { to: '/x/users.csv' } }, ann, key)
    const [one, other] = await Promise.allSettled([submit(), submit()])
    t.equal(one.status, 'fulfilled')
    t.match(other, { status: 'rejected', reason: { code: 'KEY_ACTIVE' } })
    t.equal((await submit()).id, one.status === 'fulfilled' && one.value.id)
  },
)

t.test('a job is undone by a new one, and its failed rows are sent again by another', async t => {
  const { desk, jobs, create, drain, store, said } = await jobBed(t)
  const path = desk.newPeople('in.csv', 'lea', 4)
  desk.write('in.csv', `${desk.textOf('in.csv')}lea0,lea0@contoso.onmicrosoft.com,leax,true,Pa55-w0rd-lea\n`)
  const parent = await create(path)
  await t.rejects(jobs.undo(parent.id, ann), { code: 'JOB_STATE' })
  await drain()
  t.match(await store.get(parent.id), { state: 'done', reason: 'NotAllRowsSuccessfullyProcessed' }, said.join('\n'))
  const retried = await jobs.retry(parent.id, ['failed'], ann)
  t.match(retried, { parent: parent.id, state: 'queued', pipeline: 'users create' })
  await drain()
  t.match(await store.get(retried.id), { state: 'done', run: (await store.get(parent.id)).run! })
  t.strictSame(await desk.created('lea'), [1, 1, 1], 'of rows that contradict each other none is made')
  const undone = await jobs.undo(parent.id, ann, {
    maxRemovals: 10,
  })
  await drain()
  t.match(await store.get(undone.id), { state: 'done', parent: parent.id, counts: { done: 3 } }, said.join('\n'))
  await t.rejects(jobs.undo('j1', ann), { code: 'JOB_UNKNOWN' })
})

t.test('a dry run sends nothing, tells what would be done, and is neither undone nor retried', async t => {
  const { desk, jobs, create, drain, store, said } = await jobBed(t)
  const { id } = await create(desk.newPeople('in.csv', 'mia', 5), { dryRun: true })
  await drain()
  const ended = await store.get(id)
  t.match(ended, { state: 'done', dryRun: true, preview: { send: { 'create-user': 5 }, stops: [] } }, said.join('\n'))
  t.strictSame(await desk.created('mia'), [])
  await t.rejects(jobs.undo(id, ann), { code: 'JOB_STATE' })
  await t.rejects(jobs.retry(id, ['failed'], ann), { code: 'JOB_STATE' })
})

t.test('what deletes waits for a second person, who approves exactly its plan', async t => {
  const { desk, jobs, create, drain, store, said } = await jobBed(t, { approval: true })
  const made = await create(desk.newPeople('in.csv', 'pia', 3))
  await drain()
  t.match(await store.get(made.id), { state: 'done', counts: { done: 3 } }, said.join('\n'))
  t.equal((await store.get(made.id)).approvedBy, undefined, 'what deletes nothing needs nobody')
  const ids = (await desk.truth('user')).filter(({ created }) => created === 1).map(line => String(line['id']))
  desk.write('gone.csv', `id\n${ids.join('\n')}\n`)
  const remove = () =>
    jobs.submit(
      { pipeline: 'users delete', params: {}, paths: { from: desk.path('gone.csv') }, tenant: 'sandbox' },
      ann,
    )
  const { id } = await remove()
  await drain()
  const waiting = await store.get(id)
  t.match(waiting, { state: 'awaiting-approval', preview: { send: { 'delete-user': 3 } } }, said.join('\n'))
  t.match(waiting.planHash, /^[0-9a-f]{64}$/)
  t.equal(Date.parse(waiting.at!) > Date.now() + 6.9 * 86_400_000, true, 'for seven days')
  await t.rejects(
    jobs.approve(id, ann, waiting.planHash!),
    { code: 'APPROVAL_REFUSED' },
    'not the one who submitted it',
  )
  await t.rejects(jobs.approve(id, { ...bob, isApp: true }, waiting.planHash!), { code: 'APPROVAL_REFUSED' })
  await t.rejects(jobs.approve(id, bob, 'another'), { code: 'PLAN_REFUSED' })
  t.equal((await desk.truth('user')).filter(({ deleted }) => deleted).length, 0, 'nothing was deleted before')
  await jobs.cancel(id, ann)
  await jobs.resume(id, ann)
  await drain()
  const again = await store.get(id)
  t.match(
    again,
    { state: 'awaiting-approval', approver: 'second-person' },
    'who cancels and resumes it has approved nothing',
  )
  t.match(await jobs.approve(id, bob, again.planHash!), { state: 'queued', approvedBy: 'bob@contoso.com' })
  await drain()
  t.match(await store.get(id), { state: 'done', counts: { done: 3 }, approvedBy: 'bob@contoso.com' }, said.join('\n'))
  const other = await remove()
  await drain()
  t.match(await store.get(other.id), { state: 'done' }, 'a plan without changes needs nobody')
})

t.test(
  'rows that the plan leaves out, such as one that fails before anything is sent, stay in the numbers',
  async t => {
    const { desk, create, drain, store, said } = await jobBed(t, { approval: true })
    const name = desk.newPeople('in.csv', 'ria', 2)
    desk.write('in.csv', `${desk.textOf('in.csv')}bad,bad@nowhere.example,bad,true,Pa55-bad-w0rd\n`)
    const { id } = await create(name)
    await drain()
    const job = await store.get(id)
    t.match(job, { state: 'done', status: 'Failed', reason: 'NotAllRowsSuccessfullyProcessed' }, said.join('\n'))
    t.match(job.counts, { rows: 3, done: 2, failed: 1, pending: 0 })
    t.match(job.planned?.counts, { rows: 1, failed: 1 })
    const failed = await desk.look(async runs =>
      runs.read(job.planned!.run, reader => reader.readResults({ after: 0, limit: 10 })),
    )
    t.match(failed, [{ outcome: 'failed', code: 'DOMAIN_UNVERIFIED' }])
    const again = await desk.look(async runs => text(await inputText(runs, job.planned!.run, 'csv', 'failed')))
    const [header, ...rows] = again.trim().split('\n')
    t.equal(header, 'displayName,userPrincipalName,mailNickname,accountEnabled,password')
    t.match(rows, [/^bad,bad@nowhere\.example,bad,true,sealed:/], 'it can be corrected and sent again')
    t.equal((await desk.created('ria')).length, 2)
  },
)

t.test('a job whose plan is refused sends nothing, and is over', async t => {
  const { desk, jobs, drain, store } = await jobBed(t, { approval: true })
  const [user] = await desk.people('id', "userType eq 'Guest'")
  desk.write('gone.csv', `id\n${String(user!['id'])}\n`)
  const { id } = await jobs.submit(
    { pipeline: 'users delete', params: {}, paths: { from: desk.path('gone.csv') }, tenant: 'sandbox' },
    ann,
  )
  await drain()
  t.match(await jobs.reject(id, bob), { state: 'discarded', reason: 'Rejected' })
  await t.rejects(jobs.approve(id, bob, '0'.repeat(64)), { code: 'JOB_STATE' })
  t.strictSame(await store.tickets(), [])
  t.strictSame(
    (await desk.truth('user')).filter(({ deleted }) => deleted),
    [],
  )
  t.ok(existsSync(desk.path(`store/jobs/plans/${id}`)))
  await jobs.remove(id, bob)
  t.notOk(existsSync(desk.path(`store/jobs/plans/${id}`)), 'its plan had its rows')
  await t.rejects(jobs.remove(id, bob), { code: 'JOB_UNKNOWN' })
})

t.test('events are the states of a job and its progress, and continue where a reader was', async t => {
  const { desk, jobs, create, drain } = await jobBed(t)
  const { id } = await create(desk.newPeople('in.csv', 'joy', 5))
  const { signal } = new AbortController()
  const seen: { readonly id: string; readonly event: string; readonly state: string }[] = []
  const reading = (async () => {
    for await (const { id: at, event, data } of jobs.events(id, undefined, signal))
      seen.push({ id: at, event, state: data.state })
  })()
  await drain()
  await reading
  t.match(seen[0], { event: 'state', state: 'queued' })
  t.match(seen.at(-1), { event: 'end', state: 'done' })
  t.ok(seen.some(({ state }) => state === 'running'))
  const again = []
  for await (const { event } of jobs.events(id, seen[0]!.id, signal)) again.push(event)
  t.strictSame(again, ['end'])
  for await (const event of jobs.events(id, seen.at(-1)!.id, signal)) t.fail(event.id)
  await t.rejects(jobs.events('j1', undefined, signal).next(), { code: 'JOB_UNKNOWN' })
})
