import t from 'tap'
import { roleTemplates } from '../../../src/sandbox/directory/vocabulary/role-templates.ts'
import { mutate } from '../mutate.ts'
import { root, type Loose } from './ask.ts'
import { groupBed, refusal } from './group-bed.ts'

const nobody = '11111111-2222-4333-8444-555555555555'
const permissions = ['Directory.Read.All', 'RoleManagement.ReadWrite.Directory']
const path = '/roleManagement/directory'
const badRequest = (message: string) => ({ status: 400, code: 'Request_BadRequest', message })
const conflict = badRequest(
  'A conflicting object with one or more of the specified property values is present in the directory.',
)
const template = (name: string): string => roleTemplates.find(({ displayName }) => displayName === name)!.id
const [helpdesk, viva] = [template('Helpdesk Administrator'), template('Viva Pulse Administrator')]

const bed = () => {
  const made = groupBed()
  const { directory } = made
  const send = (method: string, url: string, body?: unknown, allowed: readonly string[] = permissions) =>
    made.send(method, url, body, { permissions: allowed })
  const read = async (name: string, principal: string): Promise<readonly Loose[]> =>
    (await send('GET', `${path}/${name}?$filter=principalId eq '${principal}'`)).body.value
  const isPlain = (id: string) => directory.memberOf({ kind: 'user', id }).every(({ kind }) => kind !== 'directoryRole')
  const plain = made.all('user').filter(isPlain)
  const unit = made.all('administrativeUnit')[0]!
  const grant = (principalId: string, roleDefinitionId = helpdesk, directoryScopeId = '/') => ({
    roleDefinitionId,
    principalId,
    directoryScopeId,
  })
  return { ...made, send, read, plain, unit, grant, scope: `/administrativeUnits/${unit}` }
}

t.test('an assignment that is made one way is seen and removed the other way', async t => {
  const { send, read, plain, grant, address } = bed()
  const [user] = plain as [string]
  const made = await send('POST', `${path}/roleAssignments`, grant(user))
  t.strictSame(
    [made.status, made.body],
    [
      201,
      {
        '@odata.context': `${root}/$metadata#roleManagement/directory/roleAssignments/$entity`,
        id: made.body.id,
        principalId: user,
        directoryScopeId: '/',
        roleDefinitionId: helpdesk,
      },
    ],
  )
  t.match(await read('roleAssignments', user), [{ id: made.body.id }])
  const members = `/directoryRoles(roleTemplateId='${helpdesk}')/members`
  const holders = async () => (await send('GET', members)).body.value.map(({ id }: Loose) => id)
  t.ok((await holders()).includes(user))
  t.equal((await send('DELETE', `${members}/${user}/$ref`)).status, 204)
  t.strictSame(await read('roleAssignments', user), [])
  t.equal((await send('POST', `${members}/$ref`, { '@odata.id': address(user) })).status, 204)
  t.match(await read('roleAssignments', user), [{ id: made.body.id, roleDefinitionId: helpdesk }])
  t.equal((await send('DELETE', `${path}/roleAssignments/${made.body.id}`)).status, 204)
  t.notOk((await holders()).includes(user))
  t.equal((await send('DELETE', `${path}/roleAssignments/${made.body.id}`)).status, 404)
})

t.test('a role that the principal has is refused in both ways', async t => {
  const { send, plain, grant, address } = bed()
  const [user] = plain as [string]
  await send('POST', `${path}/roleAssignments`, grant(user))
  t.strictSame(refusal(await send('POST', `${path}/roleAssignments`, grant(user))), conflict)
  t.strictSame(
    refusal(
      await send('POST', `/directoryRoles(roleTemplateId='${helpdesk}')/members/$ref`, { '@odata.id': address(user) }),
    ),
    badRequest("One or more added object references already exist for the following modified properties: 'members'."),
  )
})

t.test('a role is activated by itself or by its first assignment, once', async t => {
  const { send, plain, grant } = bed()
  const roles = async () => (await send('GET', '/directoryRoles')).body.value.map((one: Loose) => one.roleTemplateId)
  t.notOk((await roles()).includes(viva))
  t.equal((await send('POST', `${path}/roleAssignments`, grant(plain[0]!, viva))).status, 201)
  t.ok((await roles()).includes(viva))
  t.strictSame(refusal(await send('POST', '/directoryRoles', { roleTemplateId: viva })), conflict)
  const other = template('Yammer Administrator')
  const made = await send('POST', '/directoryRoles', { roleTemplateId: other })
  t.equal(made.status, 201)
  t.match(made.body, { displayName: 'Yammer Administrator', roleTemplateId: other })
  t.equal((await send('GET', `/directoryRoles/${made.body.id}`)).status, 200)
  t.equal((await send('POST', '/directoryRoles', { roleTemplateId: nobody })).status, 400)
})

t.test('a role within an administrative unit is none for the directory', async t => {
  const { send, read, plain, grant, scope, directory } = bed()
  const [user] = plain as [string]
  const made = await send('POST', `${path}/roleAssignments`, grant(user, helpdesk, scope))
  t.match(made.body, { directoryScopeId: scope })
  t.strictSame(refusal(await send('POST', `${path}/roleAssignments`, grant(user, helpdesk, scope))), conflict)
  t.match(await read('roleAssignments', user), [{ id: made.body.id, directoryScopeId: scope }])
  t.match(await read('roleAssignmentSchedules', user), [
    { directoryScopeId: scope, scheduleInfo: { expiration: { type: 'noExpiration' } } },
  ])
  t.ok(directory.memberOf({ kind: 'user', id: user }).every(({ kind }) => kind !== 'directoryRole'))
  t.equal((await send('POST', `${path}/roleAssignments`, grant(user))).status, 201)
  t.equal((await read('roleAssignments', user)).length, 2)
  t.equal((await send('DELETE', `${path}/roleAssignments/${made.body.id}`)).status, 204)
  t.match(await read('roleAssignments', user), [{ directoryScopeId: '/' }])
  t.match(
    [...directory.assignmentTruth('roles', helpdesk)],
    [{ principal: user, within: scope, added: 1, removed: 1, isThere: false }],
  )
})

t.test('wrong principals, roles and scopes are refused', async t => {
  const { send, plain, grant, types, all } = bed()
  const [user] = plain as [string]
  const assign = async (body: object) => refusal(await send('POST', `${path}/roleAssignments`, body))
  t.strictSame(
    await assign(grant(types.security)),
    badRequest('Groups without IsAssignableToRole property set cannot be assigned to roles.'),
  )
  t.equal((await send('POST', `${path}/roleAssignments`, grant(types.role, viva))).status, 201)
  const device = all('device')[0]!
  t.strictSame(await assign(grant(device)), badRequest("Principals of type 'Device' cannot be assigned to roles."))
  t.match(await assign(grant(nobody)), { status: 404 })
  t.strictSame(
    await assign(grant(user, nobody)),
    badRequest(`The role definition '${nobody}' does not exist in the directory.`),
  )
  t.strictSame(await assign(grant(user, helpdesk, '/x')), badRequest("The directory scope '/x' is invalid."))
  t.strictSame(
    await assign({ principalId: user, roleDefinitionId: helpdesk }),
    badRequest("A value is required for property 'directoryScopeId'."),
  )
  t.match(await assign({ ...grant(user), principalId: 'chris' }), { status: 400 })
})

const forever = { startDateTime: null, expiration: { type: 'noExpiration' } }

t.test('administrators make principals eligible, and take that back', async t => {
  const { send, read, plain, grant, directory, scope } = bed()
  const [user] = plain as [string]
  const ask = (action: string, more: object = {}, directoryScopeId = '/') =>
    send('POST', `${path}/roleEligibilityScheduleRequests`, {
      ...grant(user, helpdesk, directoryScopeId),
      action,
      ...more,
    })
  const made = await ask('adminAssign', { scheduleInfo: forever, justification: 'Cover' })
  t.equal(made.status, 201)
  t.match(made.body, {
    status: 'Provisioned',
    action: 'adminAssign',
    targetScheduleId: made.body.id,
    justification: 'Cover',
    directoryScopeId: '/',
  })
  t.match(await read('roleEligibilitySchedules', user), [
    {
      id: made.body.targetScheduleId,
      roleDefinitionId: helpdesk,
      scheduleInfo: { expiration: { type: 'noExpiration' } },
    },
  ])
  t.strictSame(await read('roleAssignments', user), [])
  t.strictSame(refusal(await ask('adminAssign', { scheduleInfo: forever })), {
    status: 400,
    code: 'RoleAssignmentExists',
    message: 'The Role assignment already exists.',
  })
  t.equal((await ask('adminAssign', { scheduleInfo: forever }, scope)).status, 201)
  const removed = await ask('adminRemove')
  t.match([removed.status, removed.body], [201, { status: 'Revoked', targetScheduleId: null, scheduleInfo: null }])
  t.match(await read('roleEligibilitySchedules', user), [{ directoryScopeId: scope }])
  t.strictSame(refusal(await ask('adminRemove')), {
    status: 400,
    code: 'RoleAssignmentDoesNotExist',
    message: 'The Role assignment does not exist.',
  })
  t.strictSame(
    [...directory.assignmentTruth('eligibleRoles', helpdesk)].map(({ within, added, removed }) => [
      within,
      added,
      removed,
    ]),
    [
      ['/', 1, 1],
      [scope, 1, 0],
    ],
  )
})

t.test('an active assignment with an end is over then, whichever way it is looked at', async t => {
  const { send, read, plain, grant, directory } = bed()
  const [user] = plain as [string]
  const ask = (more: object) =>
    send('POST', `${path}/roleAssignmentScheduleRequests`, { ...grant(user), action: 'adminAssign', ...more })
  const scheduleInfo = { expiration: { type: 'afterDuration', duration: 'PT5H' } }
  t.strictSame(refusal(await ask({ scheduleInfo })), {
    status: 400,
    code: 'RoleAssignmentRequestPolicyValidationFailed',
    message: 'The following policy rules failed: ["JustificationRule"]',
  })
  const made = await ask({ scheduleInfo, justification: 'Tonight' })
  t.equal(made.status, 201)
  const { endDateTime } = made.body.scheduleInfo.expiration
  t.equal(Date.parse(endDateTime) - Math.floor(directory.now() / 1_000) * 1_000, 5 * 3_600_000)
  t.match(await read('roleAssignmentSchedules', user), [
    { id: made.body.targetScheduleId, scheduleInfo: { expiration: { type: 'afterDuration', endDateTime } } },
  ])
  t.equal((await read('roleAssignments', user)).length, 1)
  t.strictSame(refusal(await ask({ scheduleInfo, justification: 'Again' })).code, 'RoleAssignmentExists')
  directory.moveClock(5 * 3_600_000)
  for (const name of ['roleAssignments', 'roleAssignmentSchedules']) t.strictSame(await read(name, user), [], name)
  t.notOk(directory.memberOf({ kind: 'user', id: user }).some(({ kind }) => kind === 'directoryRole'))
  t.match([...directory.assignmentTruth('roles', helpdesk)], [{ by: [{}, { request: 'expiry', what: 'removed' }] }])
})

t.test('a schedule ends with its assignment, however that is removed', async t => {
  const { send, read, plain, grant, directory } = bed()
  const [user] = plain as [string]
  const body = { ...grant(user), action: 'adminAssign', justification: 'Tonight' }
  const url = `${path}/roleAssignmentScheduleRequests`
  const scheduleInfo = { expiration: { type: 'afterDateTime', endDateTime: '2099-01-01T00:00:00Z' } }
  t.equal((await send('POST', url, { ...body, scheduleInfo })).status, 201)
  t.equal((await send('DELETE', `/directoryRoles(roleTemplateId='${helpdesk}')/members/${user}/$ref`)).status, 204)
  t.strictSame(directory.assignments({ family: 'roles' }), [])
  t.equal((await send('POST', url, { ...body, scheduleInfo })).status, 201)
  t.equal((await send('POST', url, { ...body, action: 'adminRemove' })).status, 201)
  t.strictSame(await read('roleAssignmentSchedules', user), [])
  t.strictSame(directory.assignments({ family: 'roles' }), [])
})

t.test('schedules are checked, and what is not served says so', async t => {
  const { send, plain, grant } = bed()
  const [user] = plain as [string]
  const url = `${path}/roleEligibilityScheduleRequests`
  const ask = (more: object) => send('POST', url, { ...grant(user), action: 'adminAssign', ...more })
  const expiring = (expiration: object) => ask({ scheduleInfo: { expiration } })
  for (const [what, reply] of [
    ['no schedule', await ask({})],
    ['no end', await expiring({ type: 'afterDateTime' })],
    ['an end in the past', await expiring({ type: 'afterDateTime', endDateTime: '2020-01-01T00:00:00Z' })],
    ['no duration', await expiring({ type: 'afterDuration', duration: 'soon' })],
    ['another type', await expiring({ type: 'never' })],
    ['no action', await ask({ action: null })],
  ] as const)
    t.equal(reply.status, 400, what)
  t.equal((await ask({ action: 'selfActivate', scheduleInfo: forever })).status, 501)
  t.equal((await ask({ scheduleInfo: forever, isValidationOnly: true })).status, 201)
  t.equal((await ask({ scheduleInfo: forever })).status, 201)
})

t.test('roles need their permissions', async t => {
  const { send, plain, grant, address } = bed()
  const [user] = plain as [string]
  const members = `/directoryRoles(roleTemplateId='${helpdesk}')/members`
  const reader = ['Directory.ReadWrite.All', 'RoleManagement.Read.Directory']
  for (const [method, url, body] of [
    ['POST', `${path}/roleAssignments`, grant(user)],
    ['POST', `${members}/$ref`, { '@odata.id': address(user) }],
    ['POST', '/directoryRoles', { roleTemplateId: viva }],
    ['POST', `${path}/roleEligibilityScheduleRequests`, { ...grant(user), action: 'adminAssign' }],
  ] as const)
    t.equal((await send(method, url, body, reader)).status, 403, url)
  const request = { ...grant(user), action: 'adminAssign', scheduleInfo: forever }
  t.equal(
    (
      await send('POST', `${path}/roleEligibilityScheduleRequests`, request, [
        'RoleEligibilitySchedule.ReadWrite.Directory',
      ])
    ).status,
    201,
  )
})

t.test('a change by the control endpoint has the same effect', t => {
  const { directory, plain } = bed()
  const [id] = plain as [string]
  const of = { family: 'eligibleRoles', of: viva, within: '/' } as const
  mutate(directory, { do: 'assign', kind: 'user', id, ...of })
  t.ok(directory.assignment({ ...of, principal: { kind: 'user', id } }))
  mutate(directory, { do: 'unassign', kind: 'user', id, ...of })
  t.notOk(directory.assignment({ ...of, principal: { kind: 'user', id } }))
  t.end()
})
