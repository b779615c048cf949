import t from 'tap'
import { root, type Loose } from './ask.ts'
import { add, licenceBed, plans, refusal, sku } from './licence-bed.ts'
import { denied } from './write-bed.ts'

const later = 2_000

t.test('a group gives its licences to its members after the delay', async t => {
  const { assignGroup, group, user, member, send, held, states, consumed, clock, directory } = licenceBed(t)
  const [licensed, one] = [group(), user()]
  member('link', licensed, one)
  const reply = await assignGroup(licensed, [add('SPE_E3', 'SWAY')])
  t.equal(reply.status, 202)
  t.equal(reply.body['@odata.context'], `${root}/$metadata#groups/$entity`)
  t.equal(
    reply.headers['location'],
    `${new URL(root).origin}/v2/${directory.tenantId}/directoryObjects/${licensed}/Microsoft.DirectoryServices.Group`,
  )
  const shown = async (): Promise<Loose> => {
    const select = 'assignedLicenses,licenseProcessingState,hasMembersWithLicenseErrors'
    const { '@odata.context': _context, ...rest } = (await send('GET', `/groups/${licensed}?$select=${select}`)).body
    return rest
  }
  const assignedLicenses = [{ disabledPlans: plans('SPE_E3', 'SWAY'), skuId: sku('SPE_E3') }]
  t.strictSame(await shown(), {
    assignedLicenses,
    licenseProcessingState: { state: 'QueuedForProcessing' },
    hasMembersWithLicenseErrors: false,
  })
  t.strictSame(await held(one), [])
  clock.move(later)
  t.strictSame(await held(one), ['SPE_E3'])
  t.equal((await shown()).licenseProcessingState.state, 'ProcessingComplete')
  const { body } = await send('GET', `/users/${one}?$select=licenseAssignmentStates`)
  t.match(body.licenseAssignmentStates, [
    { assignedByGroup: licensed, state: 'Active', error: 'None', disabledPlans: plans('SPE_E3', 'SWAY') },
  ])
  const two = user()
  member('link', licensed, two)
  t.strictSame(await held(two), [])
  clock.move(later)
  t.strictSame(await held(two), ['SPE_E3'])
  t.equal(consumed('SPE_E3'), 2)
  member('unlink', licensed, one)
  clock.move(later)
  t.strictSame(await held(one), [])
  await assignGroup(licensed, [], ['SPE_E3'])
  clock.move(later)
  t.strictSame(await states(two), [])
  t.equal(consumed('SPE_E3'), 0)
})

t.test(
  'the delta of users has those to whom a group gives or from whom it takes a product, also after a restart',
  async t => {
    const bed = licenceBed(t)
    const { assignGroup, group, user, member, send, clock } = bed
    const [licensed, one] = [group(), user()]
    member('link', licensed, one)
    const follow = async (link: string): Promise<{ readonly found: readonly Loose[]; readonly next: string }> => {
      const found: Loose[] = []
      for (let url = link; ;) {
        const { body } = await send('GET', url)
        found.push(...body.value)
        if (body['@odata.deltaLink']) return { found, next: body['@odata.deltaLink'] }
        url = body['@odata.nextLink']
      }
    }
    const start = await follow('/users/delta?$select=assignedLicenses&$deltatoken=latest')
    await assignGroup(licensed, [add('SPE_E3', 'SWAY')])
    clock.move(later)
    const given = await follow(start.next)
    t.match(given.found, [
      { id: one, assignedLicenses: [{ skuId: sku('SPE_E3'), disabledPlans: plans('SPE_E3', 'SWAY') }] },
    ])
    t.equal(given.found.length, 1)
    bed.restart()
    t.strictSame((await follow(given.next)).found, [])
    t.match((await follow(start.next)).found, [{ id: one }])
    await assignGroup(licensed, [], ['SPE_E3'])
    clock.move(later)
    t.match((await follow(given.next)).found, [{ id: one, assignedLicenses: [] }])
  },
)

t.test(
  'a product that a user has directly and by a group uses one unit, with all plans that either enables',
  async t => {
    const { assign, assignGroup, group, user, member, send, consumed, clock, states } = licenceBed(t)
    const [licensed, one] = [group(), user()]
    await assign(one, [add('SPE_E3', 'SWAY', 'YAMMER_ENTERPRISE')])
    await assignGroup(licensed, [add('SPE_E3', 'SWAY', 'CLIPCHAMP')])
    member('link', licensed, one)
    clock.move(later)
    const { body } = await send('GET', `/users/${one}?$select=assignedLicenses,assignedPlans`)
    t.strictSame(body.assignedLicenses, [{ disabledPlans: plans('SPE_E3', 'SWAY'), skuId: sku('SPE_E3') }])
    t.equal(body.assignedPlans.length, 50)
    t.strictSame(await states(one), ['SPE_E3 direct Active None', 'SPE_E3 group Active None'])
    t.equal(consumed('SPE_E3'), 1)
    await assign(one, [], ['SPE_E3'])
    t.strictSame(await states(one), ['SPE_E3 group Active None'])
    t.equal(consumed('SPE_E3'), 1)
  },
)

t.test('if one product of a group fails for a user, the user gets none of them', async t => {
  const { assign, assignGroup, group, user, member, send, states, consumed, clock } = licenceBed(t)
  const [licensed, frontline, abroad, third] = [group(), user(), user({ usageLocation: 'KP' }), user()]
  await assign(frontline, [add('SPE_F1')])
  await assignGroup(licensed, [add('SPE_E3'), add('POWER_BI_PRO')])
  for (const id of [frontline, abroad, user({ usageLocation: null }), user(), third]) member('link', licensed, id)
  clock.move(later)
  t.strictSame(await states(frontline), [
    'SPE_F1 direct Active None',
    'SPE_E3 group Error MutuallyExclusiveViolation',
    'POWER_BI_PRO group Error Other',
  ])
  t.strictSame(await states(abroad), [
    'SPE_E3 group Error ProhibitedInUsageLocationViolation',
    'POWER_BI_PRO group Error ProhibitedInUsageLocationViolation',
  ])
  t.strictSame(await states(third), ['SPE_E3 group Error Other', 'POWER_BI_PRO group Error CountViolation'])
  t.strictSame([consumed('SPE_E3'), consumed('POWER_BI_PRO')], [2, 2])
  t.equal((await send('GET', `/groups/${licensed}`)).body.id, licensed)
  const { body } = await send('GET', '/groups?$select=id&$filter=hasMembersWithLicenseErrors eq true')
  t.strictSame(body.value, [{ id: licensed }])
  const errors = await send('GET', `/groups/${licensed}/membersWithLicenseErrors?$select=id`)
  t.strictSame(errors.body.value.map(({ id }: Loose) => id).sort(), [frontline, abroad, third].sort())
  const page = await send('GET', `/groups/${licensed}/membersWithLicenseErrors?$select=id&$top=2`)
  const next = await send('GET', page.body['@odata.nextLink'])
  t.equal(page.body.value.length + next.body.value.length, 3)
  for (const id of [frontline, abroad, third]) await send('DELETE', `/users/${id}`)
  t.strictSame((await send('GET', '/groups?$select=id&$filter=hasMembersWithLicenseErrors eq true')).body.value, [])
  t.equal(consumed('SPE_E3'), 2)
  await send('POST', `/directory/deletedItems/${abroad}/restore`)
  clock.move(later)
  t.equal((await states(abroad))[0], 'SPE_E3 group Error ProhibitedInUsageLocationViolation')
})

t.test('reprocessing a user tries again, and reports what is still wrong', async t => {
  const { assign, assignGroup, group, user, member, send, states, clock, directory } = licenceBed(t)
  const [licensed, frontline, late] = [group(), user(), user()]
  const reprocess = (id: string, more = {}) => send('POST', `/users/${id}/reprocessLicenseAssignment`, undefined, more)
  directory.licences.buy('SPE_E3', { enabled: 0 })
  await assign(frontline, [add('SPE_F1')])
  await assignGroup(licensed, [add('SPE_E3')])
  for (const id of [frontline, late]) member('link', licensed, id)
  clock.move(later)
  t.strictSame(await states(late), ['SPE_E3 group Error CountViolation'])
  t.match(
    await reprocess(late),
    refusal(`Subscription with SKU ${sku('SPE_E3')} does not have any available licenses.`),
  )
  directory.licences.buy('SPE_E3', { enabled: 5 })
  t.strictSame(await states(late), ['SPE_E3 group Error CountViolation'], 'only after it is processed again')
  const done = await reprocess(late)
  t.equal(done.status, 200)
  t.equal(done.body.id, late)
  t.strictSame(await states(late), ['SPE_E3 group Active None'])
  t.match((await reprocess(frontline)).body, { message: /are mutually exclusive$/ })
  await assign(frontline, [], ['SPE_F1'])
  t.equal((await reprocess(frontline)).status, 200)
  t.strictSame(await states(frontline), ['SPE_E3 group Active None'])
  t.match(await reprocess(late, { permissions: ['LicenseAssignment.ReadWrite.All'] }), denied)
})

t.test('a licence that a direct one depends on stays with an error until that is resolved', async t => {
  const { assign, assignGroup, group, user, member, send, states, held, clock } = licenceBed(t)
  const [licensed, one] = [group(), user()]
  await assignGroup(licensed, [add('SPE_E3')])
  member('link', licensed, one)
  clock.move(later)
  await states(one)
  t.equal((await assign(one, [add('MCOMEETADV')])).status, 200)
  member('unlink', licensed, one)
  clock.move(later)
  t.strictSame(await states(one), ['MCOMEETADV direct Active None', 'SPE_E3 group ActiveWithError DependencyViolation'])
  t.strictSame(await held(one), ['MCOMEETADV', 'SPE_E3'])
  const reprocess = () => send('POST', `/users/${one}/reprocessLicenseAssignment`)
  t.match((await reprocess()).body, { message: /depends on the service plan/ })
  await assign(one, [], ['MCOMEETADV'])
  t.equal((await reprocess()).status, 200)
  t.strictSame(await states(one), [])
})

t.test('when a group is deleted, what a direct licence depends on turns into a direct licence', async t => {
  const { assign, assignGroup, group, user, member, send, states, consumed, clock } = licenceBed(t)
  const [licensed, one, two] = [group(), user(), user()]
  await assignGroup(licensed, [add('SPE_E3')])
  for (const id of [one, two]) member('link', licensed, id)
  clock.move(later)
  await states(one)
  await assign(one, [add('MCOMEETADV')])
  t.match(await send('DELETE', `/groups/${licensed}`), { status: 400 })
  await assignGroup(licensed, [], ['SPE_E3'])
  // Before the removal is processed.
  t.equal((await send('DELETE', `/groups/${licensed}`)).status, 204)
  clock.move(later)
  t.strictSame(await states(one), ['MCOMEETADV direct Active None', 'SPE_E3 direct Active None'])
  t.strictSame(await states(two), [])
  t.equal(consumed('SPE_E3'), 1)
})

t.test('plans of a group change for all members, except where others depend on them', async t => {
  const { assign, assignGroup, group, user, member, send, states, clock } = licenceBed(t)
  const [licensed, one, two] = [group(), user(), user()]
  await assignGroup(licensed, [add('SPE_E3')])
  for (const id of [one, two]) member('link', licensed, id)
  clock.move(later)
  await states(one)
  await assign(one, [add('MCOMEETADV')])
  const off = ['MCOSTANDARD', 'TEAMS1']
  await assignGroup(licensed, [add('SPE_E3', ...off)])
  clock.move(later)
  const disabled = async (id: string): Promise<Loose> =>
    (await send('GET', `/users/${id}?$select=assignedLicenses`)).body.value ??
    (await send('GET', `/users/${id}?$select=assignedLicenses`)).body.assignedLicenses.find(
      (each: Loose) => each.skuId === sku('SPE_E3'),
    ).disabledPlans
  t.strictSame([...(await disabled(two))].sort(), [...plans('SPE_E3', ...off)].sort())
  t.strictSame(await disabled(one), [])
  t.strictSame(await states(one), ['MCOMEETADV direct Active None', 'SPE_E3 group ActiveWithError DependencyViolation'])
})

t.test('only direct members of groups with security get licences, and a product needs what it depends on', async t => {
  const { assignGroup, group, user, member, directory, states, send, clock } = licenceBed(t)
  const [outer, inner, nested] = [group(), group(), user()]
  directory.commit(
    [{ do: 'link', kind: 'group', id: outer, relation: 'members', target: { kind: 'group', id: inner } }],
    { request: 'control' },
  )
  member('link', inner, nested)
  await assignGroup(outer, [add('SPE_E3')])
  clock.move(later)
  t.strictSame(await states(nested), [])
  const mail = group({ groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false })
  t.match(
    await assignGroup(mail, [add('SPE_E3')]),
    refusal('Licenses can only be assigned to groups that are security-enabled.'),
  )
  t.match((await assignGroup(inner, [add('MCOMEETADV')])).body, { message: /depends on the service plan/ })
  t.match((await assignGroup(inner, [add('SPE_E3'), add('SPE_F1')])).body, { message: /are mutually exclusive/ })
  t.match(await assignGroup(inner, [add('VISIOCLIENT')]), {
    body: { message: `License ${sku('VISIOCLIENT')} does not correspond to a valid company License.` },
  })
  t.match(await assignGroup(inner, [], ['SPE_E3']), refusal('Group does not have a corresponding license.'))
  const body = { addLicenses: [add('SPE_E3')], removeLicenses: [] }
  t.match(await send('POST', `/groups/${inner}/assignLicense`, body, { permissions: ['Group.Read.All'] }), denied)
})

t.test('a user without a usage location is licensed where the directory is', async t => {
  const { assignGroup, group, user, member, held, send, clock } = licenceBed(t)
  const [licensed, one] = [group(), user({ usageLocation: null })]
  member('link', licensed, one)
  await assignGroup(licensed, [add('SPE_E3')])
  clock.move(later)
  t.strictSame(await held(one), ['SPE_E3'])
  t.equal((await send('GET', `/users/${one}?$select=usageLocation`)).body.usageLocation, null)
})

t.test('a large group is processed over time', async t => {
  const { assignGroup, group, user, member, consumed, send, clock } = licenceBed(t, { groupLicensingPerSecond: 2 })
  const licensed = group()
  for (let nth = 0; nth < 7; nth++) member('link', licensed, user())
  await assignGroup(licensed, [add('SPE_E3')])
  const state = async (): Promise<string> =>
    (await send('GET', `/groups/${licensed}?$select=licenseProcessingState`)).body.licenseProcessingState.state
  clock.move(1_000)
  t.equal(await state(), 'ProcessingInProgress')
  t.equal(consumed('SPE_E3'), 1)
  clock.move(1_000)
  await state()
  t.equal(consumed('SPE_E3'), 3)
  clock.move(3_000)
  t.equal(await state(), 'ProcessingComplete')
  t.equal(consumed('SPE_E3'), 7)
})
