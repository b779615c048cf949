import t from 'tap'
import { root, type Loose } from './ask.ts'
import { add, licenceBed, plans, refusal, sku } from './licence-bed.ts'
import { denied } from './write-bed.ts'

t.test('a licence is added, its plans are changed, and it is removed', async t => {
  const { assign, user, send, consumed, held, clock } = licenceBed(t)
  const id = user()
  const reply = await assign(id, [add('SPE_E3', 'SWAY', 'YAMMER_ENTERPRISE')])
  t.equal(reply.status, 200)
  t.equal(reply.body['@odata.context'], `${root}/$metadata#users/$entity`)
  t.equal(reply.body.id, id)
  t.equal(consumed('SPE_E3'), 1)
  const select = 'assignedLicenses,licenseAssignmentStates,assignedPlans,provisionedPlans'
  const read = async (): Promise<Loose> => (await send('GET', `/users/${id}?$select=${select}`)).body
  const disabledPlans = plans('SPE_E3', 'SWAY', 'YAMMER_ENTERPRISE')
  const first = await read()
  t.strictSame(first.assignedLicenses, [{ disabledPlans, skuId: sku('SPE_E3') }])
  t.strictSame(first.licenseAssignmentStates, [
    {
      skuId: sku('SPE_E3'),
      disabledPlans,
      assignedByGroup: null,
      state: 'Active',
      error: 'None',
      lastUpdatedDateTime: '2026-06-01T00:00:00Z',
    },
  ])
  t.equal(first.assignedPlans.length, 49)
  t.ok(first.provisionedPlans.some(({ service }: Loose) => service === 'exchange'))
  clock.move(60_000)
  await assign(id, [add('SPE_E3', 'SWAY')])
  const second = await read()
  t.strictSame(second.assignedLicenses[0].disabledPlans, plans('SPE_E3', 'SWAY'))
  t.equal(second.licenseAssignmentStates[0].lastUpdatedDateTime, '2026-06-01T00:01:00Z')
  t.equal(second.assignedPlans.length, 50)
  t.equal(consumed('SPE_E3'), 1, 'the unit stays')
  await assign(id, [], ['SPE_E3'])
  t.strictSame(await held(id), [])
  const taken = (await read()).assignedPlans as readonly Loose[]
  t.strictSame([taken.length, new Set(taken.map(plan => plan.capabilityStatus))], [50, new Set(['Deleted'])])
  t.equal(consumed('SPE_E3'), 0)
  await assign(id, [add('SPE_E3', 'SWAY')])
  const again = (await read()).assignedPlans as readonly Loose[]
  t.strictSame(new Set(again.map(plan => plan.capabilityStatus)), new Set(['Enabled']))
  await assign(id, [add('SPE_E3', 'SWAY', 'CLIPCHAMP')])
  const [clipchamp] = plans('SPE_E3', 'CLIPCHAMP')
  const deleted = (await read()).assignedPlans.filter((plan: Loose) => plan.capabilityStatus === 'Deleted')
  t.match(deleted, [{ servicePlanId: clipchamp, assignedDateTime: '2026-06-01T00:01:00Z' }])
  t.equal(deleted.length, 1)
})

t.test('what a request adds and removes happens together or not at all', async t => {
  const { assign, user, held, consumed } = licenceBed(t)
  const id = user()
  await assign(id, [add('SPE_E3'), add('POWER_BI_PRO')])
  t.equal((await assign(id, [add('SPE_E5')], ['SPE_E3'])).status, 200)
  t.strictSame(await held(id), ['POWER_BI_PRO', 'SPE_E5'])
  t.strictSame([consumed('SPE_E3'), consumed('SPE_E5')], [0, 1])
  t.equal((await assign(id, [add('SPE_E3')], ['SPE_E5', 'SPE_F1'])).status, 400)
  t.strictSame(await held(id), ['POWER_BI_PRO', 'SPE_E5'])
})

t.test('each refusal has the text of the service and changes nothing', async t => {
  const { assign, user, group, member, assignGroup, clock, send, directory } = licenceBed(t)
  const id = user()
  const refused = async (reply: ReturnType<typeof assign>, message: string): Promise<void> => {
    const before = directory.generation
    t.match(await reply, refusal(message))
    t.equal(directory.generation, before, message)
  }
  for (const usageLocation of [null, 'KP'])
    await refused(
      assign(user({ usageLocation }), [add('SPE_E3')]),
      'License assignment cannot be done for user with invalid usage location.',
    )
  await refused(
    assign(id, [add('VISIOCLIENT')]),
    `License ${sku('VISIOCLIENT')} does not correspond to a valid company License.`,
  )
  await refused(assign(id, [], ['SPE_E3']), 'User does not have a corresponding license.')
  await refused(
    assign(id, [], ['VISIOCLIENT']),
    `License ${sku('VISIOCLIENT')} does not correspond to a valid company License.`,
  )
  const audio = plans('MCOMEETADV', 'MCOMEETADV')
  await refused(
    assign(id, [add('MCOMEETADV')]),
    `License assignment failed because service plan ${audio} depends on the service plan(s) ${plans('SPE_E3', 'MCOSTANDARD', 'TEAMS1').join(', ')}`,
  )
  await assign(id, [add('SPE_E3'), add('MCOMEETADV')])
  await refused(
    assign(id, [], ['SPE_E3']),
    `License assignment failed because service plan ${audio} depends on the service plan(s) ${plans('SPE_E3', 'MCOSTANDARD', 'TEAMS1').join(', ')}`,
  )
  await refused(
    assign(id, [add('SPE_F1')]),
    `License assignment failed because service plans ${plans('SPE_F1', 'EXCHANGE_S_DESKLESS')}, ${plans('SPE_E3', 'EXCHANGE_S_ENTERPRISE')} are mutually exclusive`,
  )
  await assign(user(), [add('POWER_BI_PRO')])
  await assign(user(), [add('POWER_BI_PRO')])
  await refused(
    assign(id, [add('POWER_BI_PRO')]),
    `Subscription with SKU ${sku('POWER_BI_PRO')} does not have any available licenses.`,
  )
  const [inherits, licensed] = [user(), group()]
  await assignGroup(licensed, [add('SPE_E5')])
  member('link', licensed, inherits)
  clock.move(2_000)
  await send('GET', '/users?$top=1')
  await refused(
    assign(inherits, [], ['SPE_E5']),
    'User license is inherited from a group membership and it cannot be removed directly from the user.',
  )
})

t.test('Exchange Online Plan 1 and Plan 2 do not exclude each other', async t => {
  const { assign, user, held } = licenceBed(t)
  const id = user()
  const others = ['SHAREPOINTSTANDARD', 'WINBIZ']
  await assign(id, [add('SPE_E3'), add('SPB', ...others)])
  t.strictSame(await held(id), ['SPE_E3', 'SPB'])
})

t.test('malformed requests are refused before anything else', async t => {
  const { send, user } = licenceBed(t)
  const id = user()
  const post = (body: unknown) => send('POST', `/users/${id}/assignLicense`, body)
  const missing = (names: string) =>
    refusal(
      `One or more parameters of the operation 'assignLicense' are missing from the request payload. The missing parameters are: ${names}.`,
    )
  t.match(await post({}), missing('addLicenses, removeLicenses'))
  t.match(await post({ addLicenses: [] }), missing('removeLicenses'))
  t.match(await post({ addLicenses: [], removeLicenses: [] }), refusal('No license changes provided.'))
  t.match((await post({ addLicenses: [{ skuId: 'SPE_E3' }], removeLicenses: [] })).body, {
    message: /Edm.Guid/,
  })
  t.match((await post({ addLicenses: [], removeLicenses: [], other: 1 })).status, 400)
  t.match((await post({ addLicenses: [{ skuId: sku('SPE_E3'), plans: [] }], removeLicenses: [] })).status, 400)
  const twice = { addLicenses: [add('SPE_E3')], removeLicenses: [sku('SPE_E3')] }
  t.match((await post(twice)).body, { message: /more than once/ })
  const unknownPlan = { addLicenses: [{ skuId: sku('POWER_BI_PRO'), disabledPlans: plans('SPE_E3', 'SWAY') }] }
  t.match((await post({ ...unknownPlan, removeLicenses: [] })).body, { message: /does not belong/ })
})

t.test('the permissions and roles of the documents are required', async t => {
  const { assign, user, directory } = licenceBed(t)
  const id = user()
  t.match(await assign(id, [add('SPE_E3')], [], { permissions: ['User.Read.All'] }), denied)
  const person = user()
  t.match(await assign(id, [add('SPE_E3')], [], { delegated: person }), denied)
  const role = directory.collection('directoryRole')
  const where = (one: Loose) => one['displayName'] === 'License Administrator'
  const [holder] = role.slice({ order: 'default', view: 'direct', where }, 1, ['id']).ids
  directory.commit(
    [{ do: 'link', kind: 'directoryRole', id: holder!, relation: 'members', target: { kind: 'user', id: person } }],
    { request: 'control' },
  )
  t.equal((await assign(id, [add('SPE_E3')], [], { delegated: person })).status, 200)
})

t.test('a unit is free while enabled and warning units exceed those in use', async t => {
  const bed = licenceBed(t)
  const { directory, assign, user, free, consumed } = bed
  t.equal(
    directory.licences.buy('POWER_BI_PRO', { enabled: 1, warning: 1, suspended: 50, lockedOut: 50 })?.units.warning,
    1,
  )
  t.equal((await assign(user(), [add('POWER_BI_PRO')])).status, 200)
  t.equal((await assign(user(), [add('POWER_BI_PRO')])).status, 200)
  t.equal((await assign(user(), [add('POWER_BI_PRO')])).status, 400, 'suspended units are not free')
  directory.licences.buy('POWER_BI_PRO', { enabled: 0 })
  t.strictSame([free('POWER_BI_PRO'), consumed('POWER_BI_PRO')], [-1, 2], 'nobody loses a licence')
  const strict = licenceBed(t, { folder: t.testdir({ strict: {} }), warningUnitsAssignable: false })
  strict.directory.licences.buy('POWER_BI_PRO', { enabled: 0, warning: 5 })
  t.equal((await strict.assign(strict.user(), [add('POWER_BI_PRO')])).status, 400)
})

t.test('products show their units and the state of their subscription', async t => {
  const { directory, send } = licenceBed(t)
  const shown = async (): Promise<Loose> =>
    (await send('GET', '/subscribedSkus')).body.value.find((one: Loose) => one.skuPartNumber === 'SPB')
  t.match(await shown(), {
    capabilityStatus: 'Enabled',
    consumedUnits: 0,
    prepaidUnits: { enabled: 20, suspended: 0, warning: 0, lockedOut: 0 },
  })
  for (const [units, status] of [
    [{ enabled: 0, warning: 3 }, 'Warning'],
    [{ warning: 0, suspended: 3 }, 'Suspended'],
    [{ suspended: 0, lockedOut: 3 }, 'LockedOut'],
    [{ lockedOut: 0 }, 'Deleted'],
  ] as const) {
    directory.licences.buy('SPB', units)
    t.equal((await shown()).capabilityStatus, status)
  }
  directory.licences.buy('VISIOCLIENT', { enabled: 4 })
  const visio = (await send('GET', '/subscribedSkus')).body.value.find(
    (one: Loose) => one.skuPartNumber === 'VISIOCLIENT',
  )
  t.match(visio, { prepaidUnits: { enabled: 4 }, consumedUnits: 0 })
  const foundation = visio.servicePlans.find((plan: Loose) => plan.servicePlanName === 'EXCHANGE_S_FOUNDATION')
  t.equal(foundation.appliesTo, 'Company')
  t.equal(directory.licences.buy('NOT_A_PRODUCT', {}), undefined)
})

t.test('the details of licences name disabled plans', async t => {
  const { assign, user, send } = licenceBed(t)
  const id = user()
  await assign(id, [add('SPE_E3', 'SWAY')])
  const [one] = (await send('GET', `/users/${id}/licenseDetails`)).body.value
  t.equal(one.skuPartNumber, 'SPE_E3')
  const status = (name: string): string =>
    one.servicePlans.find((plan: Loose) => plan.servicePlanName === name).provisioningStatus
  t.strictSame(['SWAY', 'TEAMS1', 'INTUNE_O365'].map(status), ['Disabled', 'Success', 'PendingActivation'])
})

t.test('filters find users by their licences', async t => {
  const { assign, user, send } = licenceBed(t, { users: 40 })
  const ids = [user(), user(), user()]
  await assign(ids[0]!, [add('SPE_E3')])
  await assign(ids[1]!, [
    add(
      'SPE_E5',
      'EXCHANGE_S_ENTERPRISE',
      'LOCKBOX_ENTERPRISE',
      'EQUIVIO_ANALYTICS',
      'EXCHANGE_ANALYTICS',
      'MYANALYTICS_P2',
      'THREAT_INTELLIGENCE',
      'ATP_ENTERPRISE',
    ),
  ])
  const eventual = { headers: { consistencylevel: 'eventual' } }
  const found = async (filter: string, advanced = true): Promise<readonly string[]> => {
    const reply = await send(
      'GET',
      `/users?$select=id&$filter=${filter}${advanced ? '&$count=true' : ''}`,
      undefined,
      advanced ? eventual : {},
    )
    t.equal(reply.status, 200, filter)
    return reply.body.value.map(({ id }: Loose) => id).sort()
  }
  t.strictSame(await found(`assignedLicenses/any(x:x/skuId eq ${sku('SPE_E3')})`, false), [ids[0]])
  t.strictSame(await found('assignedLicenses/$count ne 0'), [ids[0], ids[1]].sort())
  t.equal((await found('assignedLicenses/$count eq 0')).length, 41)
  const [exchange] = plans('SPE_E3', 'EXCHANGE_S_ENTERPRISE')
  t.strictSame(await found(`assignedPlans/any(x:x/servicePlanId eq ${exchange} and x/capabilityStatus eq 'Enabled')`), [
    ids[0],
  ])
  t.equal((await send('GET', '/users?$filter=assignedLicenses/$count ne 0')).status, 400)
  t.equal((await send('GET', '/users?$filter=assignedLicenses/any()')).status, 400)
})
