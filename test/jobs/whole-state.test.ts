import t from 'tap'
import { needsLook } from '../../src/jobs/approvals.ts'
import type { Job, JobCounts, JobState } from '../../src/jobs/job.ts'
import { openJobs } from '../../src/jobs/jobs.ts'
import { hashOfPlans } from '../../src/jobs/wholes/whole-store.ts'
import { wholeState } from '../../src/jobs/wholes/whole-state.ts'
import { loadOperations, operationNames } from '../../src/catalogue/operations.ts'

const stateOf = (states: readonly JobState[], isCancelled = false) =>
  wholeState(
    states.map(state => ({ state, ...(state === 'done' ? { status: 'Succeeded' } : {}) })),
    isCancelled,
  )

const cases: readonly (readonly [JobState, string | undefined, ...JobState[]])[] = [
  ['queued', undefined, 'queued', 'queued'],
  ['scheduled', undefined, 'scheduled', 'scheduled'],
  ['running', undefined, 'queued', 'running'],
  ['running', undefined, 'queued', 'done'],
  ['running', undefined, 'interrupted', 'failed'],
  ['awaiting-approval', undefined, 'awaiting-approval', 'failed'],
  ['running', undefined, 'awaiting-approval', 'queued', 'done'],
  ['paused', undefined, 'paused', 'done'],
  ['done', undefined, 'done', 'done'],
  ['done', 'NotAllTenantsSucceeded', 'done', 'failed'],
  ['done', 'NotAllTenantsSucceeded', 'done', 'short', 'missed'],
  ['failed', 'NotAllTenantsSucceeded', 'failed', 'failed'],
  ['failed', 'NotAllTenantsSucceeded', 'failed', 'missed'],
  ['missed', 'NotAllTenantsSucceeded', 'missed', 'missed'],
  ['cancelled', 'NotAllTenantsSucceeded', 'cancelled', 'done'],
]
for (const [expected, reason, ...states] of cases)
  t.test(`jobs that are ${states.join(', ')} are ${expected} together`, async t => {
    const { state, reason: why } = stateOf(states)
    t.strictSame([state, why], [expected, reason])
  })

t.test('one that was cancelled is cancelling until all of its jobs have ended', async t => {
  t.equal(stateOf(['running', 'cancelled'], true).state, 'cancelling')
  t.equal(stateOf(['cancelled', 'cancelled'], true).state, 'cancelled')
})

t.test('rows are summed, and failed rows of one tenant make the whole Failed', async t => {
  const counts = (done: number, failed: number): JobCounts => ({
    ...{ rows: done + failed, pending: 0, done, unchanged: 0, waiting: 0, skipped: 0, failed, unknown: 0 },
  })
  const whole = wholeState(
    [
      { state: 'done', status: 'Succeeded', counts: counts(3, 0) },
      { state: 'done', status: 'Failed', counts: counts(2, 1) },
    ],
    false,
  )
  t.match(whole, {
    status: 'Failed',
    reason: 'NotAllRowsSuccessfullyProcessed',
    counts: { rows: 6, done: 5, failed: 1 },
  })
  t.strictSame(whole.parts, { done: 2 })
})

t.test('the plan of every operation that may remove something is looked at first', async t => {
  const operationOf = await loadOperations()
  for (const kind of operationNames()) if (operationOf(kind)?.removal) t.ok(needsLook([kind]), kind)
  t.notOk(needsLook(['create-user', 'add-member', 'assign-app-role']))
  t.ok(needsLook(['create-user', 'delete-user']))
})

t.test('a plan that has come since a person looked is not approved with the others', async t => {
  const part = (id: string): Job =>
    ({ id, tenant: id, state: 'awaiting-approval', planHash: id.repeat(64) }) as unknown as Job
  const [seen, since] = [part('a'), part('b')]
  const whole = { id: 'w', tenants: ['a', 'b'], state: 'awaiting-approval', planHash: hashOfPlans([seen]) }
  const approved: string[] = []
  const jobs = openJobs({
    store: {
      stored: async (id: string) => ({ job: id === 'w' ? whole : part(id), order: { byId: 'ann' } }),
      async change(id: string) {
        approved.push(id)
        return part(id)
      },
    },
    wholes: { parts: async () => [seen, since], note: async () => whole },
    ...{ hub: { changed: () => undefined }, wake: () => undefined },
  } as unknown as Parameters<typeof openJobs>[0])
  const bob = { id: 'bob', name: 'bob' }
  await t.rejects(jobs.approve('w', bob, whole.planHash!), { code: 'PLAN_REFUSED' })
  t.strictSame(approved, [])
  await jobs.approve('w', bob, hashOfPlans([seen, since])!)
  t.strictSame(approved, ['a', 'b'])
})
