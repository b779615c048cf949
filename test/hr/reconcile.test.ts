import t from 'tap'
import type { Fields } from '../../src/core/json.ts'
import type { Source } from '../../src/core/parts.ts'
import type { Decision } from '../../src/hr/decision.ts'
import { generated } from '../../src/hr/generated.ts'
import { column } from '../../src/hr/values.ts'
import { effect } from '../../src/hr/effects.ts'
import { feedBed, groupId, user } from './feed-bed.ts'
import { sample, sampleOptions } from './sample.ts'

const brief = (decisions: readonly Decision[]) =>
  Object.fromEntries(decisions.map(({ key, class: of, action }) => [key, action === 'none' ? of : `${of}: ${action}`]))
const of = (decisions: readonly Decision[], key: string): Decision => decisions.find(one => one.key === key)!

/** The memberships that change, by the names of the groups. */
const teams = ({ groups }: Decision) => {
  const named = (ids: readonly string[] = []) => ids.map(id => groups!.names[id])
  return groups && { add: named(groups.add), remove: named(groups.remove) }
}

t.test('people without an account are joiners, with names that nobody has', async t => {
  const bed = feedBed(t, sample())
  const decisions = await bed.run({
    feed: [{ EmpNo: '2' }, { EmpNo: '1' }, { EmpNo: '3', First: 'Bo', Mobile: '+49 1' }],
    users: [user('ann.lee', { employeeType: 'Contractor' })],
  })
  t.strictSame(brief(decisions), { 1: 'joiner: create', 2: 'joiner: create', 3: 'joiner: create' })
  t.strictSame(
    decisions.map(({ wanted }) => wanted!['userPrincipalName']),
    ['ann.lee2@contoso.com', 'ann.lee3@contoso.com', 'bo.lee@contoso.com'],
  )
  t.strictSame(of(decisions, '3').wanted, {
    employeeId: '3',
    employeeType: 'Employee',
    givenName: 'Bo',
    surname: 'Lee',
    displayName: 'Bo Lee',
    department: 'Sales',
    mobilePhone: '+49 1',
    accountEnabled: true,
    userPrincipalName: 'bo.lee@contoso.com',
  })
  t.strictSame(teams(of(decisions, '3')), { add: ['Sales team'], remove: [] })
})

t.test('names of deleted accounts, guests, proxy addresses, groups and contacts are taken', async t => {
  const bed = feedBed(t, sample())
  const deleted = user('d0000000-0000-0000-0000-000000000001', {
    userPrincipalName: 'd0000000000000000000000000000001ann.lee@contoso.com',
  })
  const users = [
    user('g', { userType: 'Guest', mail: 'Ann.Lee2@contoso.com' }),
    user('x', { proxyAddresses: ['smtp:ann.lee3@contoso.com'], employeeType: null }),
  ]
  const [joiner] = await bed.run({
    feed: [{ EmpNo: '1' }],
    users,
    deleted: [deleted],
    takenElsewhere: async names => new Map(names.filter(name => /lee[45]@/.test(name)).map(name => [name, 'a group'])),
  })
  t.equal(joiner!.wanted!['userPrincipalName'], 'ann.lee6@contoso.com')
})

t.test('umlauts and other scripts become letters without accents', async t => {
  const names = generated(['{givenName}.{surname}{n}'], { domain: 'contoso.com', umlauts: 'oe' })
  const bed = feedBed(t, sample({ account: { ...sampleOptions.account, userPrincipalName: names } }))
  const decisions = await bed.run({
    feed: [
      { EmpNo: '1', First: 'Jörg', Last: 'Weiß' },
      { EmpNo: '2', First: 'Łukasz', Last: "O'Brien" },
    ],
  })
  t.strictSame(
    decisions.map(({ wanted }) => wanted!['userPrincipalName']),
    ['joerg.weiss@contoso.com', 'lukasz.obrien@contoso.com'],
  )
})

t.test('only what differs is changed, and a person without a difference is unchanged', async t => {
  const bed = feedBed(t, sample({ groups: [] }))
  const decisions = await bed.run({
    feed: [{ EmpNo: '1' }, { EmpNo: '2', Dept: 'IT' }, { EmpNo: '3', CostCentre: '0815' }],
    users: [
      user('a', { employeeId: '1', mobilePhone: '+1' }),
      user('b', { employeeId: '2' }),
      user('c', { employeeId: '3', onPremisesExtensionAttributes: { extensionAttribute1: '0815' } }),
    ],
  })
  t.strictSame(brief(decisions), { 1: 'mover: update', 2: 'mover: update', 3: 'unchanged' })
  t.strictSame(of(decisions, '1').changes, { mobilePhone: { old: '+1', new: null } })
  t.strictSame(of(decisions, '2').changes, { department: { old: 'Sales', new: 'IT' } })
  t.equal(of(decisions, '2').why, 'Changed: department.')
})

t.test('keys are compared without case and blanks, and leading zeros count', async t => {
  const bed = feedBed(t, sample())
  const decisions = await bed.run({
    feed: [{ EmpNo: ' ab1 ' }, { EmpNo: '7' }],
    users: [user('a', { employeeId: 'AB1' }), user('b', { employeeId: '007', userPrincipalName: 'b@contoso.com' })],
  })
  t.match(of(decisions, 'ab1'), { class: 'mover', account: { id: 'a' } })
  t.match(of(decisions, '7'), { class: 'conflict', why: /leading zeros/, fix: /text/ })
})

t.test('a row without a key, with an unknown status or a wrong date fails, and says where', async t => {
  const bed = feedBed(t, sample())
  const decisions = await bed.run({
    feed: [
      { EmpNo: '' },
      { EmpNo: '2', Status: 'X' },
      { EmpNo: '3', ValidFrom: '2026-13-01' },
      { EmpNo: '' },
      { EmpNo: '4', Status: 'T' },
    ],
    users: [user('b', { employeeId: '2' })],
  })
  t.strictSame(brief(decisions), {
    'line 2': 'failed',
    'line 5': 'failed',
    2: 'failed',
    3: 'failed',
    4: 'unchanged',
    b: 'unmatched',
  })
  t.match(of(decisions, '2'), { line: 3, why: /"X", a status/ })
  t.match(of(decisions, '3'), { line: 4, why: /ValidFrom is "2026-13-01"/ })
})

t.test('rows that are equal in everything are one person, and different ones fail with both lines', async t => {
  const bed = feedBed(t, sample())
  const decisions = await bed.run({
    feed: [{ EmpNo: '1' }, { EmpNo: '1' }, { EmpNo: '2' }, { EmpNo: '2', Dept: 'IT' }],
  })
  t.strictSame(brief(decisions), { 1: 'joiner: create', 2: 'failed' })
  t.match(of(decisions, '2').why, /lines 4, 5/)
})

t.test('two people of one match value, and two accounts of one, are conflicts and stay as they are', async t => {
  const mapping = sample({ match: ['employeeId', 'mail'], account: { ...sampleOptions.account, mail: 'Mail' } })
  const bed = feedBed(t, mapping)
  const decisions = await bed.run({
    feed: [
      { EmpNo: '1', Mail: 'x@contoso.com' },
      { EmpNo: '2', Mail: 'X@contoso.com' },
      { EmpNo: '3', Mail: 'y@contoso.com' },
      { EmpNo: '4', Mail: 'z@contoso.com' },
      { EmpNo: '5', Mail: '' },
    ],
    users: [
      user('a', { mail: 'x@contoso.com' }),
      user('b', { employeeId: '3' }),
      user('c', { employeeId: '3' }),
      user('d', { employeeId: '4', mail: 'old@contoso.com' }),
      user('e', { mail: 'y@contoso.com' }),
    ],
  })
  t.match(of(decisions, '1'), { class: 'conflict', why: /2 people have the mail x@contoso.com, in lines 2, 3/ })
  t.match(of(decisions, '2'), { class: 'conflict' })
  t.match(of(decisions, '3'), { class: 'conflict', why: /2 accounts have the employeeId 3: b@.*, c@/ })
  t.match(of(decisions, '4'), { class: 'mover', account: { id: 'd' } })
  t.match(of(decisions, '5'), { class: 'joiner' })
  // What is in conflict is not reported as an account of nobody.
  t.strictSame(
    decisions.filter(one => one.class === 'unmatched').map(({ key }) => key),
    ['e'],
  )
})

t.test('two new people with one e-mail address are a conflict', async t => {
  const mapping = sample({ match: ['employeeId', 'mail'], account: { ...sampleOptions.account, mail: 'Mail' } })
  const decisions = await feedBed(t, mapping).run({
    feed: [
      { EmpNo: '1', Mail: 'x@contoso.com' },
      { EmpNo: '2', Mail: 'x@contoso.com' },
    ],
  })
  t.strictSame(brief(decisions), { 1: 'conflict', 2: 'conflict' })
})

t.test('an account that another attribute gives to somebody else is nobody else’s', async t => {
  const mapping = sample({ match: ['employeeId', 'mail'], account: { ...sampleOptions.account, mail: 'Mail' } })
  const decisions = await feedBed(t, mapping).run({
    feed: [
      { EmpNo: '1', Mail: 'x@contoso.com' },
      { EmpNo: '2', Mail: 'y@contoso.com' },
    ],
    users: [
      user('a', { employeeId: '9', mail: 'x@contoso.com' }),
      user('b', { employeeId: null, mail: 'y@contoso.com' }),
    ],
  })
  t.match(of(decisions, '1'), { class: 'conflict', why: /has the mail of the person, but another employeeId/ })
  t.match(of(decisions, '2'), { class: 'mover', changes: { employeeId: { old: null, new: '2' } } })
})

t.test('guests are never matched, and accounts outside the scope are never touched', async t => {
  const decisions = await feedBed(t, sample()).run({
    feed: [{ EmpNo: '1' }, { EmpNo: '2' }],
    users: [
      user('g', { employeeId: '1', userType: 'Guest' }),
      user('h', { employeeId: '2', employeeType: 'Contractor', department: 'X' }),
      user('ext', { userPrincipalName: 'x_y.com#EXT#@contoso.com', userType: null }),
    ],
  })
  t.strictSame(brief(decisions), { 1: 'joiner: create', 2: 'conflict' })
  t.match(of(decisions, '2').why, /outside the scope/)
})

t.test('a new account that would be outside the scope fails', async t => {
  const [decision] = await feedBed(t, sample()).run({ feed: [{ EmpNo: '1', Type: 'Contractor' }] })
  t.match(decision, { class: 'failed', why: /outside the scope of the feed, employeeType eq 'Employee'/ })
})

t.test('an account that would leave the scope fails, and stays as it is', async t => {
  const [decision] = await feedBed(t, sample({ groups: [] })).run({
    feed: [{ EmpNo: '1', Type: 'Contractor', Dept: 'IT' }],
    users: [user('a', { employeeId: '1' })],
  })
  t.match(decision, {
    class: 'failed',
    action: 'none',
    changes: {},
    why: "The account would be outside the scope of the feed, employeeType eq 'Employee'.",
  })
  const scope = "onPremisesExtensionAttributes/extensionAttribute1 eq 'x' or department eq 'IT'"
  const [moved] = await feedBed(t, sample({ groups: [], scope })).run({
    feed: [{ EmpNo: '1', CostCentre: 'y', Dept: 'IT' }],
    users: [user('a', { employeeId: '1', onPremisesExtensionAttributes: { extensionAttribute1: 'x' } })],
  })
  t.match(moved, { class: 'mover' })
  // The feed says nothing about this property.
  const [other] = await feedBed(t, sample({ groups: [], scope: "companyName eq 'Contoso'" })).run({
    feed: [{ EmpNo: '1', Dept: 'IT' }],
    users: [user('a', { employeeId: '1', companyName: 'Contoso' })],
  })
  t.match(other, { class: 'mover' })
})

t.test('a new account is a member, so that a scope of members has it', async t => {
  const run = (scope: string) => feedBed(t, sample({ scope })).run({ feed: [{ EmpNo: '1' }] })
  t.match(await run("userType eq 'Member'"), [{ class: 'joiner' }])
  t.match(await run("userType ne 'Member'"), [{ class: 'failed' }])
})

t.test('who has left is disabled once, with the sessions revoked, and properties stay', async t => {
  const decisions = await feedBed(t, sample()).run({
    feed: [
      { EmpNo: '1', Status: 'T', Dept: 'IT' },
      { EmpNo: '2', LastDay: '14.06.2026' },
      { EmpNo: '3', LastDay: '15.06.2026' },
      { EmpNo: '4', Status: 'T' },
      { EmpNo: '5', Status: 'T' },
      // There, the 15th is over.
      { EmpNo: '6', LastDay: '15.06.2026', Zone: 'Pacific/Kiritimati' },
    ],
    users: ['1', '2', '3', '4', '6'].map(id =>
      user(id, { employeeId: id, accountEnabled: id !== '4', mobilePhone: null }),
    ),
    groups: [],
  } as Parameters<ReturnType<typeof feedBed>['run']>[0])
  t.match(of(decisions, '1'), {
    class: 'leaver',
    action: 'disable',
    revokeSessions: true,
    changes: { accountEnabled: { old: true, new: false } },
  })
  t.strictSame(Object.keys(of(decisions, '1').changes), ['accountEnabled'])
  t.match(of(decisions, '2'), { class: 'leaver', why: /2026-06-14/ })
  t.equal(of(decisions, '3').action, 'none')
  t.match(of(decisions, '4'), { class: 'unchanged', action: 'none' })
  t.match(of(decisions, '5'), { class: 'unchanged', why: /no live account/ })
  t.equal(of(decisions, '6').class, 'leaver')
})

t.test('a deleted account of somebody who is back is restored, and not made again', async t => {
  const bed = feedBed(t, sample())
  const deleted = [
    user('a', { employeeId: '1', accountEnabled: false, department: 'IT', userPrincipalName: 'aann.lee@contoso.com' }),
  ]
  const [decision] = await bed.run({ feed: [{ EmpNo: '1' }], deleted })
  t.match(decision, {
    class: 'rehire',
    action: 'restore',
    account: { id: 'a', deleted: true, userPrincipalName: 'ann.lee@contoso.com' },
    changes: { department: { old: 'IT', new: 'Sales' }, accountEnabled: { old: false, new: true } },
  })
  // A live account comes before a deleted one.
  const [live] = await bed.run({ feed: [{ EmpNo: '1' }], deleted, users: [user('b', { employeeId: '1' })] })
  t.match(live, { account: { id: 'b' } })
  // Its name may be taken meanwhile.
  const [taken] = await bed.run({
    feed: [{ EmpNo: '1' }],
    deleted,
    users: [user('c', { userPrincipalName: 'Ann.Lee@contoso.com', employeeType: null })],
  })
  t.match(taken, { class: 'conflict', action: 'none', why: /has the name ann.lee@contoso.com.*Ann.Lee@contoso.com/ })
  const [two] = await bed.run({ feed: [{ EmpNo: '1' }], deleted: [...deleted, user('e', { employeeId: '1' })] })
  t.match(two, { class: 'conflict', why: /2 deleted accounts/ })
})

t.test('who starts later waits, and gets a disabled account before the first day', async t => {
  const decisions = await feedBed(t, sample()).run({
    feed: [
      { EmpNo: '1', Hired: '30.06.2026' },
      { EmpNo: '2', Hired: '29.06.2026' },
      { EmpNo: '3', Hired: '15.06.2026' },
      { EmpNo: '4', ValidFrom: '01.09.2026' },
    ],
  })
  t.strictSame(brief(decisions), { 1: 'waiting', 2: 'joiner: create', 3: 'joiner: create', 4: 'waiting' })
  t.equal(of(decisions, '2').wanted!['accountEnabled'], false)
  t.equal(of(decisions, '3').wanted!['accountEnabled'], true)
})

t.test('an account that the feed disabled is enabled again, and one that somebody else disabled is not', async t => {
  const bed = feedBed(t, sample({ onLeave: 'disable' }))
  const users = (enabled: boolean) =>
    ['1', '2', '3'].map(id => user(id, { employeeId: id, accountEnabled: enabled && id !== '3' }))
  const away = await bed.run({
    feed: [{ EmpNo: '1', Status: 'L' }, { EmpNo: '2', Status: 'T' }, { EmpNo: '3' }],
    users: users(true),
  })
  t.match(of(away, '1'), { class: 'leave', action: 'update', changes: { accountEnabled: { new: false } } })
  await bed.remember([
    { key: '1', operation: 'update-user', outcome: 'done' },
    { key: '2', operation: 'disable-user', outcome: 'done' },
  ])
  const back = await bed.run({ feed: [{ EmpNo: '1' }, { EmpNo: '2' }, { EmpNo: '3' }], users: users(false) })
  t.match(of(back, '1'), { class: 'leave', changes: { accountEnabled: { new: true } }, why: /back from leave/ })
  t.match(of(back, '2'), { class: 'rehire', action: 'update', changes: { accountEnabled: { new: true } } })
  t.notMatch(of(back, '3').changes, { accountEnabled: {} })
  t.strictSame(of(back, '3').notes, ['The account is disabled, but not by this feed: it stays disabled.'])
  t.strictSame(of(back, '1').notes, [])
})

t.test('a joiner who was made early is enabled on the first day', async t => {
  const bed = feedBed(t, sample())
  const feed = [{ EmpNo: '1', Hired: '20.06.2026' }]
  await bed.run({ feed })
  await bed.remember([{ key: '1', operation: 'create-user', outcome: 'done', id: 'a' }])
  const users = [user('a', { employeeId: '1', accountEnabled: false })]
  const [early] = await bed.run({ feed, users, now: '2026-06-19T12:00:00Z' })
  t.notMatch(early!.changes, { accountEnabled: {} })
  const [due] = await bed.run({ feed, users, now: '2026-06-20T12:00:00Z' })
  t.match(due, { action: 'update', changes: { accountEnabled: { old: false, new: true } }, why: /Starts today/ })
})

t.test('people who are absent are leavers after so many feeds, and never while rows name nobody', async t => {
  const bed = feedBed(t, sample({ groups: [] }))
  const users = ['1', '2'].map(id => user(id, { employeeId: id, mobilePhone: null }))
  const options = { users, leaversByAbsence: 2, accept: ['shorter'] as const }
  await bed.run({ feed: [{ EmpNo: '1' }, { EmpNo: '2' }], users })
  await bed.remember()
  const first = await bed.run({ ...options, feed: [{ EmpNo: '1' }] })
  t.match(of(first, '2'), { class: 'waiting', why: /A leaver after 2 feeds/ })
  await bed.remember()
  // The same feed counts once.
  t.equal(of(await bed.run({ ...options, feed: [{ EmpNo: '1' }] }), '2').class, 'waiting')
  const nameless = await bed.run({ ...options, feed: [{ EmpNo: '1' }, { EmpNo: '' }] })
  t.match(of(nameless, '2'), { class: 'waiting', why: /name nobody/ })
  const second = await bed.run({ ...options, feed: [{ EmpNo: '1', Main: '' }] })
  t.match(of(second, '2'), { class: 'leaver', action: 'disable', why: /nor in the 1 before it/ })
  t.match(of(await bed.run({ feed: [{ EmpNo: '1', Main: '' }], users }), '2'), { class: 'unmatched' })
})

t.test('a feed whose rows name nobody does not count as an absence, however often it is acted on', async t => {
  const bed = feedBed(t, sample({ groups: [] }))
  const users = ['1', '2'].map(id => user(id, { employeeId: id, mobilePhone: null }))
  const options = { users, leaversByAbsence: 2, accept: ['shorter'] as const }
  await bed.run({ feed: [{ EmpNo: '1' }, { EmpNo: '2' }], users })
  await bed.remember()
  for (const _ of [1, 2]) {
    const nameless = await bed.run({ ...options, feed: [{ EmpNo: '1' }, { EmpNo: '' }] })
    t.match(of(nameless, '2'), { class: 'waiting', why: /^Is not in the feed\./ })
    await bed.remember()
  }
  t.match(of(await bed.run({ ...options, feed: [{ EmpNo: '1' }] }), '2'), {
    class: 'waiting',
    why: 'Is not in the feed. A leaver after 2 feeds.',
  })
  await bed.remember()
  t.match(of(await bed.run({ ...options, feed: [{ EmpNo: '1', Main: '' }] }), '2'), {
    class: 'leaver',
    why: 'Is not in the feed, nor in the 1 before it.',
  })
})

t.test('the account of a leaver is deleted after the days of grace, and only if that is asked for', async t => {
  const bed = feedBed(t, sample())
  const feed = [{ EmpNo: '1', Status: 'T' }]
  await bed.run({ feed, users: [user('a', { employeeId: '1' })] })
  await bed.remember(['disable-user', 'revoke-sessions'].map(operation => ({ key: '1', operation, outcome: 'done' })))
  const users = [user('a', { employeeId: '1', accountEnabled: false })]
  const on = (now: string, deleteAfterDays?: number) =>
    bed.run({ feed, users, now: `${now}T12:00:00Z`, ...(deleteAfterDays !== undefined && { deleteAfterDays }) })
  t.strictSame(brief(await on('2026-07-14', 30)), { 1: 'unchanged' })
  t.strictSame(brief(await on('2026-07-15', 30)), { 1: 'deletion: delete' })
  t.strictSame(brief(await on('2027-07-15')), { 1: 'unchanged' })
  // Somebody enabled it again: it is disabled first.
  const [again] = await bed.run({
    feed,
    users: [user('a', { employeeId: '1' })],
    now: '2026-07-15T12:00:00Z',
    deleteAfterDays: 30,
  })
  t.equal(again!.action, 'disable')
})

t.test('a name that the feed gave is used again, and never gets a number instead', async t => {
  const bed = feedBed(t, sample())
  await bed.run({ feed: [{ EmpNo: '1' }] })
  await bed.remember([{ key: '1', operation: 'create-user', outcome: 'failed' }])
  const [again] = await bed.run({ feed: [{ EmpNo: '1', First: 'Anna' }] })
  t.equal(again!.wanted!['userPrincipalName'], 'ann.lee@contoso.com')
  const [taken] = await bed.run({ feed: [{ EmpNo: '1' }], users: [user('ann.lee', { employeeType: null })] })
  t.match(taken, {
    class: 'conflict',
    action: 'none',
    why: /gave the person the userPrincipalName ann.lee@contoso.com/,
  })
})

t.test('an account whose employeeId somebody removed is still that of the person', async t => {
  const bed = feedBed(t, sample())
  await bed.run({ feed: [{ EmpNo: '1' }] })
  await bed.remember([{ key: '1', operation: 'create-user', outcome: 'done', id: 'a' }])
  const [cleared] = await bed.run({ feed: [{ EmpNo: '1' }], users: [user('a', { employeeId: null })] })
  t.match(cleared, { class: 'mover', account: { id: 'a' }, changes: { employeeId: { new: '1' } } })
  const [other] = await bed.run({ feed: [{ EmpNo: '1' }], users: [user('a', { employeeId: '5' })] })
  t.match(other, { class: 'conflict', why: /another employeeId/ })
  const [swapped] = await bed.run({
    feed: [{ EmpNo: '1' }],
    users: [user('a', { employeeId: '5' }), user('b', { employeeId: '1' })],
  })
  t.match(swapped, { class: 'conflict', why: /another account has the attributes now/ })
})

t.test('a changed name changes the user principal name only where asked, to a name that is free', async t => {
  const feed = [{ EmpNo: '1', Last: 'Ray' }, { EmpNo: '2' }]
  const users = [
    user('ann.lee', { employeeId: '1' }),
    user('ann.lee7', { employeeId: '2', mobilePhone: null }),
    user('ann.ray', { employeeType: null }),
  ]
  const kept = await feedBed(t, sample()).run({ feed, users })
  t.strictSame(Object.keys(of(kept, '1').changes).sort(), ['displayName', 'surname'])
  const renamed = await feedBed(t, sample({ renames: true })).run({ feed, users })
  t.strictSame(of(renamed, '1').changes['userPrincipalName'], {
    old: 'ann.lee@contoso.com',
    new: 'ann.ray2@contoso.com',
  })
  t.equal(of(renamed, '2').changes['userPrincipalName'], undefined)
})

t.test('who is back from leave or from the bin under another name gets the user principal name at once', async t => {
  const mapping = sample({ renames: true, onLeave: 'disable' })
  const bed = feedBed(t, mapping)
  const here = user('ann.lee', { employeeId: '1' })
  const away = [{ ...here, accountEnabled: false }, user('ann.lee2', { employeeId: '2', accountEnabled: false })]
  await bed.run({
    feed: [
      { EmpNo: '1', Status: 'L' },
      { EmpNo: '2', Status: 'T' },
      { EmpNo: '3', Status: 'T' },
    ],
    users: [here, ...away.slice(1)],
  })
  await bed.remember([{ key: '1', operation: 'update-user', outcome: 'done' }])
  const decisions = await bed.run({
    feed: [1, 2, 3].map(no => ({ EmpNo: String(no), Last: `Ray${no}` })),
    users: away,
    deleted: [user('ann.lee3', { employeeId: '3', accountEnabled: false })],
  })
  t.match(decisions, [
    { class: 'leave' },
    { class: 'rehire', action: 'update' },
    { class: 'rehire', action: 'restore' },
  ])
  t.strictSame(
    decisions.map(({ changes }) => changes['userPrincipalName']?.new),
    [1, 2, 3].map(no => `ann.ray${no}@contoso.com`),
  )
})

t.test('a user principal name stays if no name of the person has changed, with a note', async t => {
  const users = [user('robert', { employeeId: '1' })]
  const run = (cells: object) =>
    feedBed(t, sample({ renames: true, groups: [] })).run({ feed: [{ EmpNo: '1', ...cells }], users })
  t.match(await run({}), [{ class: 'unchanged', changes: {}, notes: [/robert@contoso\.com .*It stays/] }])
  t.match(await run({ Dept: 'IT' }), [{ changes: { userPrincipalName: undefined }, notes: [/It stays/] }])
  t.match(await run({ Last: 'Ray' }), [{ changes: { userPrincipalName: { new: 'ann.ray@contoso.com' } }, notes: [] }])
  const ofColumns = sample({
    renames: true,
    account: { ...sampleOptions.account, userPrincipalName: generated(['{First}.{Last}{n}@contoso.com']) },
  })
  const [byColumn] = await feedBed(t, ofColumns).run({ feed: [{ EmpNo: '1', Last: 'Ray' }], users })
  t.match(byColumn!.changes, { userPrincipalName: { new: 'ann.ray@contoso.com' } })
})

t.test('a name from the feed is only taken if it is free', async t => {
  const mapping = sample({
    renames: true,
    account: { ...sampleOptions.account, userPrincipalName: column('Upn').trim() },
  })
  const decisions = await feedBed(t, mapping).run({
    feed: [
      { EmpNo: '1', Upn: 'new@contoso.com' },
      { EmpNo: '2', Upn: 'taken@contoso.com' },
      { EmpNo: '3', Upn: 'taken@contoso.com' },
      { EmpNo: '4', Upn: 'New4@contoso.com' },
    ],
    users: [
      user('b', { employeeId: '2' }),
      user('x', { userPrincipalName: 'taken@contoso.com', employeeType: null }),
      user('d', { employeeId: '4' }),
    ],
  })
  t.match(of(decisions, '1'), { class: 'joiner', wanted: { userPrincipalName: 'new@contoso.com' } })
  t.match(of(decisions, '2').notes, [/userPrincipalName taken@contoso.com, and another object has it/])
  t.equal(of(decisions, '2').changes['userPrincipalName'], undefined)
  t.match(of(decisions, '3'), { class: 'conflict', why: /taken@contoso.com/ })
  t.match(of(decisions, '4').changes, { userPrincipalName: { old: 'd@contoso.com', new: 'New4@contoso.com' } })
})

t.test('managers are people of the feed, also new ones, or accounts of the directory', async t => {
  const decisions = await feedBed(t, sample({ groups: [] })).run({
    feed: [
      { EmpNo: '1', Boss: '2' },
      { EmpNo: '2', Boss: '3' },
      { EmpNo: '3', Boss: '99' },
      { EmpNo: '4', Boss: ' 2 ' },
      { EmpNo: '5', Boss: ' T404 ' },
      { EmpNo: '6', Boss: '6' },
      { EmpNo: '7', Boss: '8' },
      { EmpNo: '8', Boss: '7' },
      { EmpNo: '9', Boss: '' },
      { EmpNo: '10', Boss: '11' },
      { EmpNo: '11', Status: 'Z' },
      { EmpNo: '12', Boss: '13' },
      { EmpNo: '13' },
    ],
    users: [
      ...['x', 'y'].map(id => user(id, { employeeId: '13' })),
      user('z', { employeeId: '11' }),
      ...['10', '12', '2', '4', '5', '6', '7', '8'].map(id => user(id, { employeeId: id, mobilePhone: null })),
      user('9', { employeeId: '9', manager: { id: '2' }, mobilePhone: null }),
      user('boss', { employeeId: '99', employeeType: 'Contractor' }),
    ].map(one => (one.id === '4' ? { ...one, manager: { id: '2' } } : one)),
  })
  t.strictSame(of(decisions, '1').manager, { old: null, new: '2' })
  t.match(of(decisions, '2'), {
    class: 'mover',
    action: 'none',
    manager: { old: null, joiner: '3' },
    why: 'Changed: manager.',
  })
  t.strictSame(of(decisions, '3').manager, { old: null, new: 'boss' })
  t.match(of(decisions, '4'), { class: 'unchanged' })
  t.match(of(decisions, '5').notes, [/manager T404 is neither in the feed nor in the directory/])
  t.match(of(decisions, '6').notes, [/own manager/])
  t.match([of(decisions, '7').notes, of(decisions, '8').notes], [[/loop/], [/loop/]])
  t.equal(of(decisions, '9').manager, undefined)
  t.match(of(decisions, '10').notes, ['The account of the manager 11 is not known: the row of the manager failed.'])
  t.match(of(decisions, '12').notes, ['The account of the manager 13 is not known: the manager is in conflict.'])
})

t.test('a group that is named in another way is the same group, also if it is remembered by its name', async t => {
  const under = (group: string) => sample({ groups: [{ when: { department: 'Sales' }, group }] })
  const users = [user('1', { employeeId: '1' })]
  const feed = [{ EmpNo: '1' }]
  for (const known of ['Sales team', groupId('Sales team')])
    for (const [now, what] of [
      [groupId('Sales team'), 'its id'],
      ['SALES TEAM', 'another case'],
    ] as const) {
      const bed = feedBed(t, under(now))
      await bed.run({ feed, users })
      await bed.remember()
      bed.memory.sql.prepare('insert into effects values (?, ?, ?, ?)').run('1', known, effect.given, '2026-06-14')
      t.match(await bed.run({ feed, users }), [{ class: 'unchanged', groups: undefined }], `${known}, then ${what}`)
      const [moved] = await bed.run({ feed: [{ EmpNo: '1', Dept: 'IT' }], users })
      t.match(moved!.groups, { add: [], remove: [groupId('Sales team')] })
    }
})

t.test('who moves between two rules of one group stays in it, however they name it', async t => {
  const groups = [
    { when: { department: 'Sales' }, group: 'Sales team' },
    { when: { department: 'IT' }, group: 'sales team' },
  ]
  const bed = feedBed(t, sample({ groups }))
  const users = [user('1', { employeeId: '1' })]
  const [first] = await bed.run({ feed: [{ EmpNo: '1' }], users })
  t.strictSame(first!.groups?.add, [groupId('Sales team')])
  await bed.remember([{ key: '1', operation: 'add-member', outcome: 'done', group: first!.groups!.add[0]! }])
  const [moved] = await bed.run({ feed: [{ EmpNo: '1', Dept: 'IT' }], users })
  t.equal(moved!.groups, undefined)
})

t.test('a feed whose rules name a group that nobody has, or several, is not acted on', async t => {
  const bed = feedBed(t, sample())
  const run = (ids: readonly string[]) =>
    bed.run({
      feed: [{ EmpNo: '1' }],
      findGroups: async names => names.map(displayName => ids.map(id => ({ id, displayName }))),
    })
  await t.rejects(run([]), { code: 'MAPPING_INVALID', message: /No group has the name Sales team\.$/ })
  await t.rejects(run(['g1', 'g2']), {
    code: 'MAPPING_INVALID',
    message: /2 groups are called Sales team: g1, g2\.$/,
  })
})

t.test('memberships that the feed gave are moved, and others stay', async t => {
  const groups = [
    { when: { department: 'Sales' }, group: 'Sales team' },
    { when: { department: 'IT' }, group: 'IT team' },
    { when: { employeeType: 'Employee' }, group: 'All' },
  ]
  const bed = feedBed(t, sample({ groups, leavers: { groups: 'given' } }))
  const users = ['1', '2'].map(id => user(id, { employeeId: id, mobilePhone: null }))
  const first = await bed.run({ feed: [{ EmpNo: '1' }, { EmpNo: '2' }], users })
  t.strictSame(teams(of(first, '1')), { add: ['Sales team', 'All'], remove: [] })
  const joined = (key: string, group: string, outcome = 'done') => ({
    ...{ key, operation: 'add-member', outcome },
    group: groupId(group),
  })
  await bed.remember([
    joined('1', 'Sales team'),
    joined('1', 'All', 'unchanged'),
    joined('2', 'Sales team', 'unchanged'),
    joined('2', 'All'),
  ])
  const same = await bed.run({ feed: [{ EmpNo: '1' }, { EmpNo: '2' }], users })
  t.strictSame(brief(same), { 1: 'unchanged', 2: 'unchanged' })
  const moved = await bed.run({
    feed: [
      { EmpNo: '1', Dept: 'IT' },
      { EmpNo: '2', Dept: 'IT' },
    ],
    users,
  })
  t.strictSame(teams(of(moved, '1')), { add: ['IT team'], remove: ['Sales team'] })
  t.strictSame(teams(of(moved, '2')), { add: ['IT team'], remove: [] })
  const left = await bed.run({
    feed: [
      { EmpNo: '1', Status: 'T' },
      { EmpNo: '2', Status: 'T' },
    ],
    users,
  })
  t.strictSame(teams(of(left, '1')), { add: [], remove: ['Sales team'] })
  t.strictSame(teams(of(left, '2')), { add: [], remove: ['All'] })
})

t.test('a membership whose reply was lost is added again if a rule wants it, and taken if none does', async t => {
  const bed = feedBed(t, sample({ groups: [{ when: { department: 'Sales' }, group: 'Sales team' }] }))
  const users = [user('1', { employeeId: '1', mobilePhone: null })]
  bed.memory.sql.prepare('insert into effects values (?, ?, ?, ?)').run('1', 'Sales team', effect.begun, '2026-06-14')
  const again = await bed.run({ feed: [{ EmpNo: '1' }], users })
  t.strictSame(teams(of(again, '1')), { add: ['Sales team'], remove: [] })
  const moved = await bed.run({ feed: [{ EmpNo: '1', Dept: 'IT' }], users })
  t.strictSame(teams(of(moved, '1')), { add: [], remove: ['Sales team'] })
})

t.test('what rules gave is taken of movers and leavers, also if the mapping has no rules any more', async t => {
  const bed = feedBed(t, sample({ groups: [], leavers: { groups: 'given' } }))
  const users = ['1', '2', '3'].map(id => user(id, { employeeId: id, mobilePhone: null }))
  for (const [id, how] of [
    ['1', effect.given],
    ['2', effect.given],
    ['3', effect.before],
  ] as const)
    bed.memory.sql.prepare('insert into effects values (?, ?, ?, ?)').run(id, groupId('Sales team'), how, '2026-06-14')
  const decisions = await bed.run({ feed: [{ EmpNo: '1', Status: 'T' }, { EmpNo: '2' }, { EmpNo: '3' }], users })
  for (const id of ['1', '2'])
    t.match(of(decisions, id).groups, { add: [], remove: [groupId('Sales team')] }, `of person ${id}`)
  t.equal(of(decisions, '3').groups, undefined)
})

t.test('of synchronized people only what the cloud masters is changed, and new people need a flag', async t => {
  const mapping = sample({
    groups: [],
    account: { ...sampleOptions.account, usageLocation: column('Country').country() },
  })
  const bed = feedBed(t, mapping)
  const options = {
    feed: [
      { EmpNo: '1', Dept: 'IT', Country: 'Germany' },
      { EmpNo: '2', Status: 'T', Country: '' },
      { EmpNo: '3', Country: '' },
    ],
    users: ['1', '2'].map(id => user(id, { employeeId: id, onPremisesSyncEnabled: true, mobilePhone: null })),
  }
  const decisions = await bed.run(options)
  t.match(of(decisions, '1'), {
    class: 'mover',
    changes: { usageLocation: { old: null, new: 'DE' } },
    onPremises: { department: { old: 'Sales', new: 'IT' } },
  })
  t.strictSame(Object.keys(of(decisions, '1').changes), ['usageLocation'])
  t.match(of(decisions, '2'), {
    class: 'leaver',
    action: 'none',
    revokeSessions: true,
    onPremises: { accountEnabled: { new: false } },
  })
  t.match(of(decisions, '3'), { class: 'joiner', action: 'none', off: '--cloud-joiners' })
  t.match(of(await bed.run({ ...options, cloudJoiners: true }), '3'), { class: 'joiner', action: 'create' })
})

t.test('switched-off classes are reported and marked', async t => {
  const decisions = await feedBed(t, sample({ groups: [] })).run({
    feed: [{ EmpNo: '1' }, { EmpNo: '2', Dept: 'IT' }, { EmpNo: '3', Status: 'T' }],
    users: ['2', '3'].map(id => user(id, { employeeId: id })),
    off: ['joiners', 'movers', 'leavers'],
  })
  t.strictSame(
    decisions.map(({ off }) => off),
    ['--no-joiners', '--no-movers', '--no-leavers'],
  )
})

t.test('a feed that is not safe is not acted on, and says all reasons and the flags', async t => {
  const bed = feedBed(t, sample({ groups: [] }))
  const people = Array.from({ length: 60 }, (_, at) => ({ EmpNo: String(at + 100) }))
  const users = people.map(({ EmpNo }) => user(EmpNo, { employeeId: EmpNo, mobilePhone: null }))
  await bed.run({ feed: people, users })
  await bed.remember()
  const rejected = (
    feed: readonly Readonly<Record<string, string>>[],
    options: object,
    message: RegExp,
    fix?: RegExp,
  ) => t.rejects(bed.run({ feed, users, ...options }), { code: 'FEED_UNSAFE', message, ...(fix && { fix }) })
  await rejected(people.slice(0, 30), {}, /has 30 rows, 30 fewer than the last one \(50 %\)/, /--accept shorter\./)
  await rejected(
    people.map(cells => ({ ...cells, Dept: '' })),
    {},
    /Dept was filled in 100 % of the rows, and is in 0 %/,
  )
  await rejected(
    people,
    { file: { sha256: 'x', growing: true, cutOff: 'The checksum differs.' } },
    /\n {2}The checksum differs\.\n {2}The file is still/,
  )
  await rejected([], {}, /has no rows/, /^Correct the feed or the mapping\.$/)
  const moved = people.map(cells => ({ ...cells, Dept: 'IT' }))
  await rejected(moved, { accept: [], limits: { movers: '5%' } }, /at most 3 are acted on/, /--max-movers/)
  const gone = people.map((cells, at) => ({ ...cells, Status: at < 10 ? 'T' : 'A' }))
  await rejected(gone, { limits: { leavers: undefined } }, /10 leavers, and at most 5/)
  t.equal((await bed.run({ feed: gone, users, limits: { leavers: '10' } })).length, 60)
  t.equal((await bed.run({ feed: gone, users, off: ['leavers'], limits: { leavers: undefined } as object })).length, 60)
  const shorter = await bed.run({ feed: people.slice(0, 30), users, accept: ['shorter'] })
  t.equal(shorter.filter(one => one.class === 'unmatched').length, 30)
})

t.test('a feed that gives everybody another manager, or another group, is not acted on', async t => {
  const people = Array.from({ length: 20 }, (_, at) => ({ EmpNo: String(at + 100) }))
  const users = people.map(({ EmpNo }) => user(EmpNo, { employeeId: EmpNo, mobilePhone: null }))
  const bed = feedBed(t, sample())
  const limits = { movers: '20' }
  await t.rejects(bed.run({ feed: people, users, limits }), { message: /group would change of 20 of 20 people/ })
  await bed.run({ feed: people, users, limits, accept: ['property'] })
  await bed.remember(
    people.map(({ EmpNo }) => ({ key: EmpNo, operation: 'add-member', outcome: 'done', group: groupId('Sales team') })),
  )
  t.equal((await bed.run({ feed: people, users })).length, 20)
  const led = people.map(({ EmpNo }) => ({ EmpNo, Boss: EmpNo === '100' ? '' : '100' }))
  await t.rejects(bed.run({ feed: led, users, limits }), {
    message: /manager would change of 19 of 20 people/,
    fix: /--accept property/,
  })
})

t.test('a feed from before is older, and the last one may be acted on again', async t => {
  const bed = feedBed(t, sample())
  const feeds = ['A', 'B'].map(Kind => [{ EmpNo: '1', Kind }])
  for (const feed of feeds) {
    await bed.run({ feed })
    await bed.remember()
  }
  await bed.run({ feed: feeds[1]! })
  await t.rejects(bed.run({ feed: feeds[0]! }), {
    code: 'FEED_UNSAFE',
    message: /An earlier feed had the same content/,
  })
  await t.rejects(
    bed
      .run({ feed: [{ EmpNo: '2' }], file: { date: '2026-01-01' } })
      .then(() => bed.remember())
      .then(() => bed.run({ feed: [{ EmpNo: '3' }], file: { date: '2025-12-31' } })),
    {
      code: 'FEED_UNSAFE',
      message: /of 2025-12-31, and the last one of 2026-01-01/,
    },
  )
})

t.test('a directory that does not return all users stops the run', async t => {
  const bed = feedBed(t, sample())
  const short = {
    kind: 'users',
    count: async () => 2,
    async *read() {
      yield { rows: [{ key: 1, value: user('a') }] }
    },
  }
  await t.rejects(bed.run({ feed: [{ EmpNo: '1' }], live: short }), {
    code: 'INPUT_INCOMPLETE',
    message: /1 row was read/,
  })
})

t.test('users in shards that remain of another are read, too', async t => {
  const bed = feedBed(t, sample())
  const divided: Source<Fields> = {
    kind: 'users',
    count: async () => 2,
    async *read(_ctx, { name }) {
      if (name === 'users') yield { rows: [], rest: [{ name: 'a' }, { name: 'b' }] }
      else yield { rows: [{ key: name, value: user(name, { employeeId: name === 'a' ? '1' : '2' }) }] }
    },
  }
  const found = await bed.run({ feed: [{ EmpNo: '1' }, { EmpNo: '2' }], live: divided })
  t.strictSame(
    found.filter(({ class: one }) => one === 'joiner'),
    [],
  )
})

t.test(
  'a feed whose dates have another format is not acted on, and one of which some rows fail is if that is accepted',
  async t => {
    const feed = Array.from({ length: 20 }, (_, at) => ({ EmpNo: String(at), Hired: at < 5 ? '2026-13-01' : '' }))
    const users = feed.map(({ EmpNo }) => user(EmpNo, { employeeId: EmpNo, mobilePhone: null }))
    const bed = feedBed(t, sample({ groups: [] }))
    await t.rejects(bed.run({ feed, users }), {
      code: 'FEED_UNSAFE',
      message: /5 of 20 people .* \(25 %\)/,
      fix: /--accept failing\./,
    })
    t.match(of(await bed.run({ feed, users, accept: ['failing'] }), '0'), { class: 'failed' })
    const all = feed.map(row => ({ ...row, Hired: '2026-13-01' }))
    await t.rejects(bed.run({ feed: all, users, accept: ['failing'] }), {
      code: 'FEED_UNSAFE',
      fix: /the feed or the mapping/,
    })
  },
)

t.test('an account that a listing returns twice is one account', async t => {
  const decisions = await feedBed(t, sample({ groups: [] })).run({
    feed: [{ EmpNo: '1' }, { EmpNo: '2' }],
    users: [
      user('a', { employeeId: '1', mobilePhone: null }),
      user('a', { employeeId: '1', mobilePhone: null }),
      user('b', { employeeId: '2', mobilePhone: null }),
    ],
    deleted: [user('b', { employeeId: '2' })],
  })
  t.strictSame(brief(decisions), { 1: 'unchanged', 2: 'unchanged' })
})

t.test('a live account by a weaker property and a deleted one by a surer one are a conflict', async t => {
  const mapping = sample({ match: ['employeeId', 'mail'], account: { ...sampleOptions.account, mail: 'Mail' } })
  const decisions = await feedBed(t, mapping).run({
    feed: [{ EmpNo: '1', Mail: 'x@contoso.com' }],
    users: [user('a', { mail: 'x@contoso.com' })],
    deleted: [user('d', { employeeId: '1' })],
  })
  t.match(of(decisions, '1'), {
    class: 'conflict',
    action: 'none',
    why: /deleted account has the employeeId.*a live one mail/,
  })
})

t.test('only what was done is remembered', async t => {
  const bed = feedBed(t, sample())
  const users = [user('a', { employeeId: '1' })]
  const feed = [{ EmpNo: '1', Status: 'T' }]
  const remembered = () =>
    bed.memory.sql
      .prepare(
        `select class, since, p.account, group_concat(e.effect || ' ' || e.day order by e.effect) as effects
         from people p left join effects e on e.account = p.account group by p.person`,
      )
      .all()
      .map(row => ({ ...row }))
  await bed.run({ feed, users })
  await bed.remember([{ key: '1', operation: 'disable-user', outcome: 'failed' }])
  t.strictSame(remembered(), [{ class: 'active', since: '2026-06-15', account: 'a', effects: null }])
  await bed.run({ feed, users })
  await bed.remember([{ key: '1', operation: 'disable-user', outcome: 'done' }], '2026-06-16')
  t.strictSame(remembered(), [{ class: 'leaver', since: '2026-06-16', account: 'a', effects: 'disabled 2026-06-16' }])
  // Since then the class is the same.
  const disabled = [user('a', { employeeId: '1', accountEnabled: false })]
  await bed.run({ feed, users: disabled, now: '2026-06-20T12:00:00Z' })
  await bed.remember([], '2026-06-20')
  t.match(remembered(), [{ class: 'leaver', since: '2026-06-16', effects: 'disabled 2026-06-16' }])
  t.equal(bed.memory.sql.prepare('select count(*) as count from feeds').get()!['count'], 1)
})

t.test('a leaver leaves all groups where asked, and those that a feed leaves alone are named', async t => {
  const asked: (readonly string[])[] = []
  const run = (more: object) =>
    feedBed(t, sample({ leavers: { groups: 'all' } })).run({
      feed: [{ EmpNo: '1', Status: 'T' }],
      users: [user('1', { employeeId: '1' })],
      groupsOf: async ids => {
        asked.push(ids)
        return ids.map(() => [
          { id: 'g1', displayName: 'Sales team' },
          { id: 'g2', displayName: 'Lab' },
          { id: 'g3', displayName: 'Board', isAssignableToRole: true },
          { id: 'g4', displayName: 'Berlin', groupTypes: ['DynamicMembership'] },
          { id: 'g5', displayName: 'Plant', onPremisesSyncEnabled: true },
          { id: 'g6', displayName: 'News', mailEnabled: true, groupTypes: [] },
        ])
      },
      ...more,
    })
  t.match(await run({}), [
    {
      class: 'leaver',
      groups: { add: [], remove: ['g1', 'g2'], names: { g1: 'Sales team', g2: 'Lab' } },
      notes: [
        /^Board can have roles/,
        /who is a member of Berlin/,
        /^Plant is synchronized/,
        /^News is a distribution list/,
      ],
    },
  ])
  t.match(await run({ off: ['leavers'] }), [{ class: 'leaver', off: '--no-leavers', groups: undefined }])
  t.strictSame(asked, [['1']], 'nothing is read for leavers who are switched off')
})

t.test(
  'an account that the feed gave and that is a guest now is a conflict, and the person gets no second one',
  async t => {
    const bed = feedBed(t, sample({ groups: [] }))
    await bed.run({ feed: [{ EmpNo: '1' }] })
    await bed.remember([{ key: '1', operation: 'create-user', outcome: 'done', id: 'a' }])
    const guest = user('a', { employeeId: '1', userType: 'Guest' })
    const next = (more: object) => bed.run({ feed: [{ EmpNo: '1', CostCentre: 'z' }], ...more })
    t.match(await next({ users: [guest] }), [{ class: 'conflict', action: 'none', why: /a@contoso\.com .*guest now/ }])
    t.match(
      await next({ users: [guest, user('b', { employeeId: '1' })] }),
      [{ class: 'mover', account: { id: 'b' } }],
      'somebody made another one',
    )
    t.match(await next({ deleted: [guest] }), [{ class: 'joiner' }])
  },
)

t.test('how accents are composed does not count in rules and in match', async t => {
  const composed = 'B\u00fcro'
  const apart = 'Bu\u0308ro'
  const mapping = sample({
    match: ['department'],
    groups: [{ when: { department: composed }, group: 'Office' }],
  })
  const decisions = await feedBed(t, mapping).run({
    feed: [{ EmpNo: '1', Dept: apart }],
    users: [user('a', { department: composed })],
  })
  t.match(decisions, [{ account: { id: 'a' }, groups: { add: [groupId('Office')] } }])
})

t.test('who is on leave before the first day gets a disabled account', async t => {
  const feed = [{ EmpNo: '1', Status: 'L', Hired: '25.06.2026' }]
  for (const [joiners, isOn] of [
    [{}, false],
    [{ disabledUntilHireDate: false }, true],
  ] as const) {
    const mapping = sample({ joiners: { createDaysBefore: 14, ...joiners } })
    const [joiner] = await feedBed(t, mapping).run({ feed })
    t.strictSame([joiner!.class, joiner!.wanted!['accountEnabled']], ['joiner', isOn])
  }
})
