import t from 'tap'
import { skuOf } from '../licensing/products.ts'
import { groupLicenceBed } from './group-license-bed.ts'

const bed = await groupLicenceBed(t)
const { group, users, licenses, held, summaryOf, assign, assignGroup } = bed
const e3 = skuOf('SPE_E3')
const migrate = (name: string, to: string, ...flags: readonly string[]) =>
  licenses('migrate', '--group', name, '--sku', 'SPE_E3', '--to', to, ...flags)

t.test('a direct licence goes only where the group gives each of its plans, and comes back with the undo', async t => {
  const members = users(5)
  const [same, more, fewer, onlyGroup, outside] = members as [string, string, string, string, string]
  await assign(same, 'SPE_E3', ['SWAY'])
  await assign(more, 'SPE_E3')
  await assign(fewer, 'SPE_E3', ['SWAY', 'TEAMS1'])
  await assign(outside, 'SPE_E3')
  const { name, id } = await group([same, more, fewer, onlyGroup])
  await assignGroup(id, 'SPE_E3', ['SWAY'])
  const used = await bed.used('SPE_E3')
  const dry = await migrate(name, 'group', '--dry-run')
  t.match(summaryOf(dry).summary.counts, { pending: 2, skipped: 1 }, dry.stderr)
  const made = await migrate(name, 'group')
  t.match([made.status, summaryOf(made).summary.counts], [3, { done: 2, skipped: 1, rows: 3 }], made.stderr)
  t.match(
    made.results.filter(({ outcome }) => outcome === 'skipped'),
    [{ id: more, code: 'PLANS_LOST', message: `The user would lose SWAY, which group ${name} turns off.` }],
  )
  t.strictSame(await held(members, 'SPE_E3'), ['group -1', 'direct, group -1', 'group -1', 'group -1', 'direct'])
  t.equal(await bed.used('SPE_E3'), used, 'no unit more, and none less')
  const again = await migrate(name, 'group')
  t.match([again.status, summaryOf(again).summary.counts], [3, { skipped: 1, rows: 1 }])
  const undone = await bed.run('runs', 'undo', summaryOf(made).run, '--yes', '--json')
  t.match([undone.status, summaryOf(undone).summary.counts], [0, { done: 2 }], undone.stderr)
  t.strictSame(await held([same, fewer], 'SPE_E3'), ['direct -1, group -1', 'direct -2, group -1'])
})

t.test('members whose licence by the group is in error keep the direct one', async t => {
  const members = users(3)
  const [ann, bob, cleo] = members as [string, string, string]
  for (const user of members) await assign(user, 'SPE_E3')
  // Business Premium excludes what the group gives besides.
  await assign(cleo, 'POWER_BI_PRO')
  const { name, id } = await group([ann, bob])
  await assignGroup(id, 'SPE_E3')
  const { id: broken, name: brokenName } = await group([cleo])
  await bed.control('PUT', '/seats', { sku: 'VISIOCLIENT', enabled: 0 })
  await assignGroup(broken, 'VISIOCLIENT')
  await assignGroup(broken, 'SPE_E3')
  t.strictSame(await held([cleo], 'SPE_E3'), ['direct, group Error Other'])
  const made = await migrate(brokenName, 'group')
  t.match(
    [made.status, made.results],
    [3, [{ outcome: 'skipped', code: 'Other', message: /is not active/ }]],
    made.stderr,
  )
  t.strictSame(await held([cleo], 'SPE_E3'), ['direct, group Error Other'])
  const good = await migrate(name, 'group')
  t.match([good.status, summaryOf(good).summary.counts], [0, { done: 2 }], good.stderr)
})

t.test('wrong groups and products are refused with one sentence', async t => {
  const { name } = await group([])
  await bed.writes()
  for (const [flags, message] of [
    [['--group', name, '--sku', 'SPE_E3', '--to', 'group'], /does not assign Microsoft 365 E3/],
    [['--group', name, '--sku', 'SPE_E3', '--to', 'direct'], /does not assign Microsoft 365 E3/],
    [['--group', name, '--sku', 'SPE_E3', '--to', 'users'], /group, direct/],
    [['--group', name, '--sku', 'SPE_E3'], /--to/],
    [['--group', name, '--sku', 'SPE_E3', '--to', 'group', '--usage-location', 'DE'], /no effect with --to group/],
    [['--group', name, '--sku', 'SPE_E3', '--to', 'direct', '--usage-location', 'XX'], /two-letter country code/],
  ] as const) {
    const { status, stderr } = await licenses('migrate', ...flags)
    t.match([status, stderr], [2, message])
  }
  t.strictSame(await bed.writes(), {})
})

t.test(
  'the licence of a group goes once all members have theirs directly, with the plans that are on in either',
  async t => {
    const members = users(4)
    const [, own, narrower] = members as [string, string, string, string]
    await assign(own, 'SPE_E3', ['TEAMS1'])
    await assign(narrower, 'SPE_E3', ['SWAY', 'TEAMS1'])
    const { name, id } = await group(members)
    await assignGroup(id, 'SPE_E3', ['SWAY'])
    const used = await bed.used('SPE_E3')
    const dry = await migrate(name, 'direct', '--dry-run')
    t.match([dry.status, summaryOf(dry).summary.counts], [0, { pending: 5 }], dry.stderr)
    t.strictSame(await bed.assignedBy(id), [e3])
    const made = await migrate(name, 'direct')
    t.match([made.status, summaryOf(made).summary.counts], [0, { done: 5 }], made.stderr)
    t.strictSame(await held(members, 'SPE_E3'), ['direct -1', 'direct', 'direct -1', 'direct -1'])
    t.strictSame(await bed.assignedBy(id), [])
    t.equal(await bed.used('SPE_E3'), used)
    const undone = await bed.run('runs', 'undo', summaryOf(made).run, '--yes', '--json')
    t.match([undone.status, summaryOf(undone).summary.counts], [0, { done: 5 }], undone.stderr)
    t.strictSame(await held(members, 'SPE_E3'), ['group -1', 'direct -1, group -1', 'direct -2, group -1', 'group -1'])
  },
)

t.test('a member who fails keeps the licence of the group for all', async t => {
  const [unlocated] = bed.unlocated as [string]
  const members = [...users(2), unlocated]
  const { name, id } = await group(members)
  await assignGroup(id, 'SPE_E3')
  const made = await migrate(name, 'direct')
  t.match([made.status, summaryOf(made).summary.counts], [3, { done: 2, failed: 1, skipped: 1 }], made.stderr)
  t.match(
    made.results.filter(({ outcome }) => outcome !== 'done'),
    [
      { id: unlocated, code: 'USAGE_LOCATION_MISSING' },
      { id, code: 'MEMBERS_FAILED', message: /The group keeps Microsoft 365 E3 .*: a member does not/ },
    ],
  )
  t.strictSame(await held(members, 'SPE_E3'), ['direct, group', 'direct, group', 'group'])
  const again = await migrate(name, 'direct', '--usage-location', 'DE')
  t.equal(again.status, 0, again.stderr)
  t.strictSame(await held(members, 'SPE_E3'), ['direct', 'direct', 'direct'])
})

t.test('a user in two groups keeps what the other group gives, and an empty group is released', async t => {
  const members = users(2)
  const first = await group(members)
  const second = await group(members.slice(0, 1))
  await assignGroup(first.id, 'SPE_E3')
  await assignGroup(second.id, 'SPE_E3', ['SWAY'])
  await assign(members[0]!, 'SPE_E3')
  const kept = await migrate(second.name, 'group')
  t.match(kept.results, [{ code: 'PLANS_LOST' }], 'only the group that is named counts')
  const made = await migrate(first.name, 'direct')
  t.equal(made.status, 0, made.stderr)
  t.strictSame(await held(members, 'SPE_E3'), ['direct, group -1', 'direct'])
  const empty = await group([])
  await assignGroup(empty.id, 'SPE_E3')
  const released = await migrate(empty.name, 'direct')
  t.match([released.status, summaryOf(released).summary.counts], [0, { done: 1 }], released.stderr)
})
