import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Clock } from '../../src/core/clock.ts'
import { summaryOf } from './command-bed.ts'
import { groupLicenceBed } from './group-license-bed.ts'

const bed = await groupLicenceBed(t)
const { group, users, held } = bed
const never = 1e12
const processAfter = (ms: number) => bed.control('PUT', '/knobs', { groupLicensingMs: ms })

/** A clock whose sleeps end at once. @param slept called with the number of sleeps so far */
const quickClock = (slept: (count: number) => unknown = () => undefined): Clock & { readonly sleeps: number[] } => {
  let aheadMs = 0
  const sleeps: number[] = []
  return {
    sleeps,
    now: () => Date.now() + aheadMs,
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      aheadMs += ms
      sleeps.push(ms)
      await slept(sleeps.length)
      signal?.throwIfAborted()
    },
  }
}
const assign = (name: string, ...flags: readonly string[]) => [
  ...['licenses', 'group', 'assign', '--group', name, '--sku', 'SPE_E3', '--tenant', 'sandbox', '--yes', '--json'],
  ...flags,
]
const errorIn = (stderr: string): unknown => JSON.parse(stderr.trim().split('\n').at(-1)!)

t.test(
  'a wait looks at long intervals, ends when its time is over, and the same command resumes it without sending',
  async t => {
    const members = users(3)
    const { name } = await group(members)
    await processAfter(never)
    await bed.writes()
    const clock = quickClock()
    const over = await bed.runWith({ clock }, ...assign(name, '--wait'))
    t.equal(over.status, 75, over.stderr)
    t.match(errorIn(over.stderr), {
      error: { code: 'LICENCES_PENDING', message: /3 members of group .* are not processed/ },
    })
    const sleptMs = clock.sleeps.reduce((sum, ms) => sum + ms, 0)
    t.ok(Math.abs(sleptMs - 86_400_000) < 60_000, 'a day')
    t.ok(clock.sleeps.length < 310, `${clock.sleeps.length} looks`)
    t.strictSame(Object.values(await bed.writes()), [1])
    t.strictSame(new Set(await held(members, 'SPE_E3')), new Set(['']))
    await processAfter(0)
    const again = await bed.run(...assign(name, '--wait'))
    t.equal(again.status, 0, again.stderr)
    t.equal(summaryOf(again).run, summaryOf(over).run, 'the same run')
    t.match(JSON.parse(again.stdout), { licensing: { active: 3, inError: 0, pending: 0 } })
    t.strictSame(await bed.writes(), {})
  },
)

t.test('an interrupted wait is resumed with runs resume, until the time of the first one', async t => {
  const members = users(2)
  const { name } = await group(members)
  await processAfter(never)
  const end = new AbortController()
  const clock = quickClock(count => {
    if (count === 5) end.abort(new EntrapipeError('INTERRUPTED', 'Interrupted.'))
  })
  const begunMs = clock.now()
  const stopped = await bed.runWith({ clock, signal: end.signal }, ...assign(name, '--wait', '2h'))
  t.equal(stopped.status, 130, stopped.stderr)
  const { run } = summaryOf(stopped)
  await bed.writes()
  const over = await bed.runWith({ clock }, 'runs', 'resume', run, '--yes', '--json')
  t.equal(over.status, 75, over.stderr)
  t.ok(Math.abs(clock.now() - begunMs - 7_200_000) < 60_000, 'two hours together')
  await processAfter(0)
  const done = await bed.run('runs', 'resume', run, '--yes', '--json')
  t.equal(done.status, 0, done.stderr)
  t.strictSame(await bed.writes(), {})
  t.strictSame(await held(members, 'SPE_E3'), ['group', 'group'])
})

t.test('a group that is deleted meanwhile ends the wait with a sentence', async t => {
  const { name, id } = await group(users(1))
  await processAfter(never)
  const clock = quickClock(async count => {
    if (count !== 2) return
    await bed.graph('POST', `/groups/${id}/assignLicense`, {
      addLicenses: [],
      removeLicenses: (await bed.assignedBy(id)) as never,
    })
    await bed.graph('DELETE', `/groups/${id}`)
  })
  const ended = await bed.runWith({ clock }, ...assign(name, '--wait'))
  t.equal(ended.status, 2, ended.stderr)
  t.match(errorIn(ended.stderr), { error: { code: 'GROUP_UNKNOWN', message: /no longer exists/ } })
  await processAfter(0)
})

t.test(
  'a lost reply of the assignment is decided by what the group shows, and a throttled one is sent again',
  async t => {
    const { name } = await group(users(2))
    await bed.control('PUT', '/faults', [
      { fault: '429', match: 'POST /groups/{id}/assignLicense', times: 1, retryAfter: 1 },
      { fault: 'lostReply', match: 'POST /groups/{id}/assignLicense', nth: 2 },
    ])
    const made = await bed.runWith({ clock: quickClock() }, ...assign(name, '--wait'))
    await bed.control('DELETE', '/faults')
    t.match([made.status, summaryOf(made).summary.counts], [0, { done: 1 }], made.stderr)
    t.match(JSON.parse(made.stdout), { licensing: { active: 2 } })
  },
)

t.test('the undo of a migration takes direct licences only once the group has given its own', async t => {
  const members = users(3)
  const { name, id } = await group(members)
  await bed.assignGroup(id, 'SPE_E3')
  const migrate = ['licenses', 'group', 'migrate', '--group', name, '--sku', 'SPE_E3', '--to', 'direct']
  const made = await bed.run(...migrate, '--tenant', 'sandbox', '--yes', '--json')
  t.equal(made.status, 0, made.stderr)
  await processAfter(never)
  const seen: string[] = []
  const clock = quickClock(async count => {
    seen.push(...(await held(members, 'SPE_E3')))
    if (count === 4) await processAfter(0)
  })
  const undone = await bed.runWith({ clock }, 'runs', 'undo', summaryOf(made).run, '--yes', '--json')
  t.match([undone.status, summaryOf(undone).summary.counts], [0, { done: 4 }], undone.stderr)
  t.match(
    seen,
    seen.map(() => /direct/),
    'nobody is without meanwhile',
  )
  t.strictSame(await held(members, 'SPE_E3'), ['group', 'group', 'group'])
})
