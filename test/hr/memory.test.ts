import t from 'tap'
import type { Decision } from '../../src/hr/decision.ts'
import { feedBed, groupId, user } from './feed-bed.ts'
import { sample } from './sample.ts'

const ofOne = (decisions: readonly Decision[]): Decision => decisions.find(({ key }) => key === '1')!
const noon = (day: string): string => `${day}T12:00:00Z`
const done = (...operations: readonly string[]) =>
  operations.map(operation => ({ key: '1', operation, outcome: 'done' }) as const)
const created = { key: '1', operation: 'create-user', outcome: 'done', id: 'a' } as const
const on = [user('a', { employeeId: '1' })]
const off = [user('a', { employeeId: '1', accountEnabled: false })]
const works = [{ EmpNo: '1' }]
const left = [{ EmpNo: '1', Status: 'T' }]
const away = [{ EmpNo: '1', Status: 'L' }]

t.test('an account that somebody enabled, and somebody else disabled, stays disabled', async t => {
  const feed = [{ EmpNo: '1', Hired: '20.06.2026' }]
  const bed = feedBed(t, sample({ groups: [] }))
  t.match(ofOne(await bed.run({ feed })), { wanted: { accountEnabled: false } })
  await bed.remember([created])
  await bed.run({ feed, users: on, now: noon('2026-06-18') })
  await bed.remember([], '2026-06-18')
  const later = { feed, users: off, now: noon('2026-09-01') }
  t.match(ofOne(await bed.run(later)), {
    class: 'unchanged',
    changes: {},
    notes: [/not by this feed: it stays disabled/],
  })

  for (const gone of [left, away]) {
    const bed = feedBed(t, sample({ groups: [], onLeave: 'disable' }))
    await bed.run({ feed: gone, users: on })
    await bed.remember(gone === left ? done('disable-user', 'revoke-sessions') : done('update-user'))
    t.match(ofOne(await bed.run({ feed: works, users: off })), { changes: { accountEnabled: { new: true } } })
    // Somebody enables it by hand, and the person works again.
    await bed.run({ feed: works, users: on, now: noon('2026-06-18') })
    await bed.remember([], '2026-06-18')
    t.match(ofOne(await bed.run({ feed: works, users: off, now: noon('2026-09-01') })), {
      class: 'unchanged',
      changes: {},
    })
  }
})

t.test(
  'what was enabled by hand is known also if the feed that saw it was not remembered, unless it was a dry run',
  async t => {
    const bed = feedBed(t, sample({ groups: [], onLeave: 'disable' }))
    await bed.run({ feed: away, users: on })
    await bed.remember(done('update-user'))
    await bed.run({ feed: works, users: on, dryRun: true })
    t.match(ofOne(await bed.run({ feed: works, users: off })), { class: 'leave', action: 'update' })
    await bed.run({ feed: works, users: on })
    t.match(ofOne(await bed.run({ feed: works, users: off })), { class: 'unchanged' })
  },
)

t.test('who gets a disabled account works from the first day on, however the account came to be disabled', async t => {
  const feed = [{ EmpNo: '1', Hired: '20.06.2026' }]
  const first = { feed, users: off, now: noon('2026-06-20') }
  for (const [how, deleted, performed] of [
    ['created', [], [created]],
    ['restored', off, [...done('restore-user')]],
  ] as const) {
    const bed = feedBed(t, sample({ groups: [] }))
    await bed.run({ feed, deleted })
    await bed.remember(performed)
    t.match(ofOne(await bed.run(first)), { why: /Starts today/, changes: { accountEnabled: { new: true } } }, how)
  }
  const bed = feedBed(t, sample({ groups: [] }))
  await bed.run({ feed, deleted: on })
  await bed.remember(done('restore-user', 'update-user'))
  t.match(ofOne(await bed.run(first)), { changes: { accountEnabled: { new: true } } }, 'restored and disabled')
})

t.test('an account that is enabled in the bin and afterwards is not the feed’s to enable', async t => {
  const bed = feedBed(t, sample({ groups: [] }))
  await bed.run({ feed: works, deleted: on })
  await bed.remember(done('restore-user'))
  t.match(ofOne(await bed.run({ feed: works, users: off })), { class: 'unchanged', notes: [/stays disabled/] })
})

t.test('what a run did that ended before it was remembered is known', async t => {
  const feed = [{ EmpNo: '1', Hired: '20.06.2026' }]
  const bed = feedBed(t, sample({ groups: [] }))
  await bed.run({ feed })
  bed.follow([created])
  t.match(ofOne(await bed.run({ feed, users: off })), { class: 'unchanged', account: { id: 'a' } })
  await bed.remember()
  const first = await bed.run({ feed, users: off, now: noon('2026-06-20') })
  t.match(ofOne(first), { changes: { accountEnabled: { new: true } } })

  const paused = feedBed(t, sample({ groups: [], onLeave: 'disable' }))
  await paused.run({ feed: away, users: on })
  paused.follow([{ key: '1', operation: 'update-user', outcome: 'failed' }])
  paused.follow(done('update-user'))
  t.match(ofOne(await paused.run({ feed: works, users: off })), { changes: { accountEnabled: { new: true } } })
})

t.test('what is left of a leaver is done by the next feed, whether the account is enabled or not', async t => {
  const bed = feedBed(t, sample({ groups: [] }))
  await bed.run({ feed: left, users: on })
  await bed.remember([...done('disable-user'), { key: '1', operation: 'revoke-sessions', outcome: 'failed' }])
  t.match(ofOne(await bed.run({ feed: left, users: off })), { class: 'leaver', action: 'none', revokeSessions: true })
  await bed.remember(done('revoke-sessions'))
  t.match(ofOne(await bed.run({ feed: left, users: off })), { class: 'unchanged', revokeSessions: undefined })
})

t.test('who is disabled already, and then leaves, is a leaver; who had left before the first feed is not', async t => {
  const mapping = sample({ groups: [], onLeave: 'disable', leavers: { groups: 'all' } })
  const groupsOf = async (ids: readonly string[]) =>
    ids.map(() => [{ id: 'g', displayName: 'Lab', securityEnabled: true }])
  for (const before of [away, works]) {
    const bed = feedBed(t, mapping)
    await bed.run({ feed: before, users: before === away ? on : off })
    await bed.remember(before === away ? done('update-user') : [])
    const leaver = ofOne(await bed.run({ feed: left, users: off, groupsOf }))
    t.match(leaver, { class: 'leaver', action: 'none', revokeSessions: true, groups: { remove: ['g'] } })
    await bed.remember([
      ...done('revoke-sessions'),
      { key: '1', operation: 'remove-member', outcome: 'failed', group: 'g' },
    ])
    const again = ofOne(await bed.run({ feed: left, users: off, groupsOf }))
    t.match(again, { class: 'leaver', revokeSessions: undefined, groups: { remove: ['g'] } })
    await bed.remember([{ key: '1', operation: 'remove-member', outcome: 'done', group: 'g' }])
    t.match(ofOne(await bed.run({ feed: left, users: off, groupsOf })), { class: 'unchanged', groups: undefined })
  }
  const bed = feedBed(t, mapping)
  t.match(ofOne(await bed.run({ feed: left, users: off, groupsOf })), { class: 'unchanged', groups: undefined })
})

t.test('a leaver of whom only the groups are left, and who has none, is unchanged', async t => {
  const bed = feedBed(t, sample({ groups: [], leavers: { groups: 'all', revokeSessions: false } }))
  await bed.run({ feed: works, users: off })
  await bed.remember()
  t.match(ofOne(await bed.run({ feed: left, users: off, groupsOf: async ids => ids.map(() => []) })), {
    class: 'unchanged',
  })
})

t.test('the sessions of a leaver whom Active Directory has not disabled are revoked once', async t => {
  const bed = feedBed(t, sample({ groups: [] }))
  const users = [user('a', { employeeId: '1', onPremisesSyncEnabled: true })]
  const leaver = async () => ofOne(await bed.run({ feed: left, users, accept: ['older'] }))
  t.match(await leaver(), { class: 'leaver', revokeSessions: true })
  await bed.remember(done('revoke-sessions'))
  t.match(await leaver(), { class: 'unchanged', revokeSessions: undefined, onPremises: { accountEnabled: {} } })
  // Back, and gone again.
  await bed.run({ feed: works, users })
  await bed.remember()
  t.match(await leaver(), { class: 'leaver', revokeSessions: true })
})

t.test('only an account that the feed disabled is deleted, so many days after that', async t => {
  const bed = feedBed(t, sample({ groups: [] }))
  const run = async (users: readonly object[], day: string) =>
    ofOne(await bed.run({ feed: left, users: users as never, deleteAfterDays: 30, now: noon(day) }))
  await run(off, '2026-06-15')
  await bed.remember()
  t.match(await run(off, '2026-07-20'), { class: 'unchanged' }, 'somebody else disabled it')
  t.match(await run(on, '2026-08-20'), { action: 'disable' })
  await bed.remember(done('disable-user', 'revoke-sessions'), '2026-08-20')
  t.match(await run(off, '2026-08-21'), { class: 'unchanged' })
  t.match(await run(off, '2026-09-19'), { class: 'deletion', why: /since 2026-08-20/ })
})

t.test('who was on leave and then leaves is deleted so many days after leaving', async t => {
  const bed = feedBed(t, sample({ groups: [], onLeave: 'disable' }))
  await bed.run({ feed: away, users: on, now: noon('2026-01-10') })
  await bed.remember(done('update-user'), '2026-01-10')
  const run = async (day: string) =>
    ofOne(await bed.run({ feed: left, users: off, deleteAfterDays: 30, now: noon(day) }))
  t.match(await run('2026-06-15'), { class: 'leaver' })
  await bed.remember(done('revoke-sessions'), '2026-06-15')
  t.match(await run('2026-07-14'), { class: 'unchanged' })
  t.match(await run('2026-07-15'), { class: 'deletion' })
})

t.test('memberships that were given to an account are not those of the next one', async t => {
  const bed = feedBed(t, sample())
  const team = groupId('Sales team')
  await bed.run({ feed: works })
  await bed.remember([created, { key: '1', operation: 'add-member', outcome: 'done', group: team }])
  t.equal(ofOne(await bed.run({ feed: works, users: on })).groups, undefined)
  // The account is deleted and purged.
  t.match(ofOne(await bed.run({ feed: works })), { class: 'joiner', groups: { add: [team] } })
  await bed.remember([
    { ...created, id: 'b' },
    { key: '1', operation: 'add-member', outcome: 'done', group: team },
  ])
  t.strictSame(
    bed.memory.sql
      .prepare('select distinct account from effects')
      .all()
      .map(({ account }) => account),
    ['b'],
    'nothing of the old one is remembered',
  )
})

t.test('a memory of an earlier version is that of the accounts', async t => {
  const bed = feedBed(t, sample(), {
    people: [
      ['1', 'a', 'leaver', 1],
      ['2', 'b', 'leaver', 0],
      ['3', 'c', 'prehire', 1],
      ['4', null, 'active', 0],
    ],
    memberships: [
      ['3', 'Sales team', 1],
      ['4', 'Sales team', 1],
    ],
  })
  const all = bed.memory.sql.prepare('select account, effect, how, day from effects order by account, effect').all()
  t.strictSame(
    all.map(({ account, effect, how, day }) => [account, effect, how, day]),
    [
      ['a', 'disabled', 1, '2026-06-01'],
      ['a', 'settled', 1, '2026-06-01'],
      ['b', 'settled', 1, '2026-06-01'],
      ['c', 'Sales team', 1, '2026-06-01'],
      ['c', 'disabled', 1, '2026-06-01'],
    ],
  )
  const users = ['a', 'b', 'c'].map((id, at) => user(id, { employeeId: String(at + 1), accountEnabled: false }))
  const feed = [...left, { EmpNo: '2', Status: 'T' }, { EmpNo: '3' }]
  t.match(await bed.run({ feed, users, now: noon('2026-08-01'), deleteAfterDays: 30 }), [
    { class: 'deletion' },
    { class: 'unchanged' },
    { why: /Starts today/, groups: undefined },
  ])
})
