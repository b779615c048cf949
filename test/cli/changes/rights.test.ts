import t from 'tap'
import { loadOperations } from '../../../src/catalogue/operations.ts'
import type { OperationRow, Values } from '../../../src/core/operation.ts'
import { operationPermissions, type OperationPermissions } from '../../../src/data/permissions.ts'
import { leastRights } from '../../../src/tenants/rights.ts'
import { giveAppRole } from '../../sandbox/give-app-role.ts'
import { guardedBed } from './guarded-bed.ts'

type Id = { readonly id: string }

const bed = await guardedBed(t)
const { domain } = bed.sandbox
// An app resets passwords of others only with a role.
await giveAppRole(bed.sandbox, 'User Administrator')
const changing = operationPermissions.filter(({ kind }) => kind !== undefined)

const request = async (method: 'POST' | 'DELETE', url: string, body?: Values): Promise<string> => {
  const reply = await bed.graph.request<Id | undefined>({ method, url, ...(body && { body }) })
  return reply.body?.id ?? ''
}
let made = 0
/** A new user, whom no role protects. */
const user = async (more: Values = {}) => {
  const userPrincipalName = `rights${++made}@${domain}`
  const id = await request('POST', '/users', { ...person(userPrincipalName), ...more })
  return { id, userPrincipalName }
}
const person = (userPrincipalName: string) => ({
  accountEnabled: true,
  displayName: 'Rights',
  mailNickname: userPrincipalName.split('@')[0]!,
  passwordProfile: { password: 'Long-enough-1!' },
  userPrincipalName,
})
const group = async () => {
  const displayName = `Rights ${++made}`
  const values = { displayName, mailEnabled: false, mailNickname: `rights${made}`, securityEnabled: true }
  return { id: await request('POST', '/groups', values), displayName }
}
const deleted = async (set: 'users' | 'groups' | 'applications' | 'servicePrincipals', id: string): Promise<string> => {
  await request('DELETE', `/${set}/${id}`)
  return id
}
const link = async (relation?: 'members' | 'owners') => {
  const [team, ann, bob] = [await group(), await user(), await user()]
  for (const { id } of relation ? [ann, bob] : [])
    await request('POST', `/groups/${team.id}/${relation}/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}`,
    })
  return { group: team.displayName, member: ann.userPrincipalName }
}

/** A link of another object, which is there if it is to be removed. */
const linkOf = async (path: string, value: string, relation: 'members' | 'owners', isThere: boolean) => {
  const { body } = await bed.graph.request<{ readonly value: readonly { readonly id: string }[] }>({
    method: 'GET',
    url: `${path}?$select=id&$top=5`,
  })
  const owner = body.value.at(-1)!.id
  const { id, userPrincipalName } = await user()
  if (isThere)
    await request('POST', `${path}/${owner}/${relation}/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}`,
    })
  return { [value]: owner, member: userPrincipalName }
}
/** A role, which the user has if it is to be taken. It is no privileged one. */
const reader = '4a5d8f65-41da-4de4-8968-e035b65339cf'
const role = async (isThere: boolean, isEligible = false) => {
  const { id, userPrincipalName } = await user()
  const grant = { roleDefinitionId: reader, principalId: id, directoryScopeId: '/' }
  if (isThere && !isEligible) await request('POST', '/roleManagement/directory/roleAssignments', grant)
  if (isThere && isEligible)
    await request('POST', '/roleManagement/directory/roleEligibilityScheduleRequests', {
      ...grant,
      action: 'adminAssign',
      scheduleInfo: { startDateTime: null, expiration: { type: 'noExpiration' } },
    })
  return { role: 'Reports Reader', principal: userPrincipalName }
}
const appRole = async (isThere: boolean) => {
  const { id, userPrincipalName } = await user()
  const { body } = await bed.graph.request<{
    readonly value: readonly (Id & { readonly appRoles: readonly unknown[] })[]
  }>({
    method: 'GET',
    url: '/servicePrincipals?$select=id,appRoles&$top=50',
  })
  const resource = body.value.find(({ appRoles }) => appRoles.length === 0)!.id
  const none = '00000000-0000-0000-0000-000000000000'
  if (isThere)
    await request('POST', `/servicePrincipals/${resource}/appRoleAssignedTo`, {
      principalId: id,
      resourceId: resource,
      appRoleId: none,
    })
  return { resource, role: none, principal: userPrincipalName }
}
const units = '/directory/administrativeUnits'

const windows = (await bed.list<Id & { readonly operatingSystem: string }>('/devices?$select=id,operatingSystem'))
  .filter(({ operatingSystem }) => operatingSystem === 'Windows')
  .values()
/** A device that an app may change, another one each time. */
const device = () => ({ device: windows.next().value!.id })
const own = await bed.list<Id>(`/servicePrincipals?$filter=appId eq '${bed.sandbox.clientId}'&$select=id`)
/** Objects that the app owns, another one each time: the least permission is for these. */
const ownedOf = async (set: 'applications' | 'servicePrincipals') => {
  const found = await bed.list<Id & { readonly displayName: string }>(`/${set}?$select=id,displayName`)
  // Two have privileged permissions, which protect them.
  const others = found.filter(({ displayName }) => !['entrapipe', 'entrapipe blocked'].includes(displayName))
  // An application takes its service principal along when it is deleted, so these come from the other end.
  const all = (set === 'applications' ? others : others.toReversed()).values()
  return async (): Promise<string> => {
    const { id } = all.next().value!
    await request('POST', `/${set}/${id}/owners/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${own[0]!.id}`,
    })
    return id
  }
}
const [app, servicePrincipal] = [await ownedOf('applications'), await ownedOf('servicePrincipals')]
const managed = async () => {
  const [one, other] = [await user(), await user()]
  await bed.graph.request({
    method: 'PUT',
    url: `/users/${one.id}/manager/$ref`,
    body: { '@odata.id': `https://graph.microsoft.com/v1.0/users/${other.id}` },
  })
  return { user: one.userPrincipalName }
}
const withPass = async () => {
  const { id, userPrincipalName } = await user()
  await request('POST', `/users/${id}/authentication/temporaryAccessPassMethods`, {})
  return { user: userPrincipalName }
}

/** The provisioning service works at once. */
await bed.control('PUT', '/knobs', { provisioningCycleMs: 0, provisioningLogMs: 0 })
const upload = async () => {
  const client = await bed.clientWith(['Synchronization.Read.All'])
  const url = `/servicePrincipals/${own[0]!.id}/synchronization/jobs`
  const { body } = await client.request<{ readonly value: readonly Id[] }>({ method: 'GET', url })
  const externalId = `rights${++made}`
  const user = { externalId, userName: `${externalId}@${domain}`, displayName: 'Rights', schemas: [] }
  return { servicePrincipal: own[0]!.id, job: body.value[0]!.id, user }
}

const sku = 'POWER_BI_PRO'
const { skuId } = (await bed.list<{ readonly skuId: string; readonly skuPartNumber: string }>('/subscribedSkus')).find(
  ({ skuPartNumber }) => skuPartNumber === sku,
)!
const licensed = async () => {
  const { id, userPrincipalName } = await user({ usageLocation: 'IE' })
  const addLicenses = [{ skuId, disabledPlans: [] }]
  await request('POST', `/users/${id}/assignLicense`, { addLicenses, removeLicenses: [] })
  return { user: userPrincipalName, sku }
}

const visio = 'VISIOCLIENT'
const seatsOf = (partNumber: string, enabled: number) => bed.control('PUT', '/seats', { sku: partNumber, enabled })
await bed.control('PUT', '/knobs', { groupLicensingMs: 0, groupLicensingPerSecond: 0 })
await seatsOf(sku, 1_000)
/** A group that gives a product to a user of its own. */
const licensing = async (partNumber: string, groupLicensingMs = 0) => {
  await bed.control('PUT', '/knobs', { groupLicensingMs })
  const member = await user({ usageLocation: 'IE' })
  const { body } = await bed.graph.request<Id>({
    method: 'POST',
    url: '/groups',
    body: { displayName: `Rights ${++made}`, mailNickname: `rights${made}`, mailEnabled: false, securityEnabled: true },
  })
  await request('POST', `/groups/${body.id}/members/$ref`, {
    '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${member.id}`,
  })
  const all = await bed.list<{ readonly skuId: string; readonly skuPartNumber: string }>('/subscribedSkus')
  const { skuId: given } = all.find(({ skuPartNumber }) => skuPartNumber === partNumber)!
  await request('POST', `/groups/${body.id}/assignLicense`, {
    addLicenses: [{ skuId: given, disabledPlans: [] }],
    removeLicenses: [],
  })
  return { user: member.userPrincipalName, group: body.id, sku: given }
}
const failedShare = async () => {
  await seatsOf(visio, 0)
  const share = await licensing(visio)
  // Its state is read before there are units again.
  await bed.graph.request({ method: 'GET', url: `/users/${share.user}?$select=licenseAssignmentStates` })
  await seatsOf(visio, 1_000)
  return { user: share.user, group: share.group }
}
const both = async () => {
  const share = await licensing(sku)
  await request('POST', `/users/${share.user}/assignLicense`, {
    addLicenses: [{ skuId: share.sku, disabledPlans: [] }],
    removeLicenses: [],
  })
  return share
}

/** A row of each kind of change, which names its objects as people do. */
const rowOf: Readonly<Record<string, () => Promise<Values>>> = {
  'create-user': async () => person(`rights${++made}@${domain}`),
  'invite-user': async () => ({
    invitedUserEmailAddress: `rights${++made}@fabrikam.example`,
    inviteRedirectUrl: 'https://myapps.microsoft.com',
  }),
  'update-user': async () => ({ user: (await user()).userPrincipalName, department: 'Rights' }),
  'enable-user': async () => ({ user: (await user({ accountEnabled: false })).userPrincipalName }),
  'disable-user': async () => ({ user: (await user()).userPrincipalName }),
  'delete-user': async () => ({ user: (await user()).userPrincipalName }),
  'restore-user': async () => ({ user: await deleted('users', (await user()).id) }),
  'purge-user': async () => ({ user: await deleted('users', (await user()).id) }),
  'revoke-sessions': async () => ({ user: (await user()).userPrincipalName }),
  'reset-password': async () => ({
    user: (await user()).userPrincipalName,
    passwordProfile: { password: 'Another-long-1!' },
  }),
  'create-access-pass': async () => ({ user: (await user()).userPrincipalName }),
  'delete-access-pass': withPass,
  'assign-license': async () => ({ user: (await user({ usageLocation: 'IE' })).userPrincipalName, sku }),
  'modify-license': async () => ({ ...(await licensed()), disablePlans: ['BI_AZURE_P2'] }),
  'remove-license': licensed,
  'assign-group-license': async () => ({ group: (await licensing(sku)).group, sku: visio }),
  'remove-group-license': async () => ({ group: (await licensing(sku)).group, sku }),
  'reprocess-license': failedShare,
  'await-license': () => licensing(sku, 3_600_000),
  'inherit-license': both,
  'detach-license': () => licensing(sku),
  'transfer-license': async () => ({ user: (await licensed()).user, from: [sku], sku: 'SPE_E5' }),
  'set-manager': async () => ({
    user: (await user()).userPrincipalName,
    manager: (await user()).userPrincipalName,
  }),
  'clear-manager': managed,
  'update-device': async () => ({ ...device(), extensionAttribute1: 'Rights' }),
  'enable-device': async () => {
    const row = device()
    await bed.graph.request({ method: 'PATCH', url: `/devices/${row.device}`, body: { accountEnabled: false } })
    return row
  },
  'disable-device': async () => device(),
  'delete-device': async () => device(),
  'update-application': async () => ({ application: await app(), notes: 'Rights' }),
  'delete-application': async () => ({ application: await app() }),
  'restore-application': async () => ({ application: await deleted('applications', await app()) }),
  'update-service-principal': async () => ({ servicePrincipal: await servicePrincipal(), notes: 'Rights' }),
  'delete-service-principal': async () => ({ servicePrincipal: await servicePrincipal() }),
  'restore-service-principal': async () => ({
    servicePrincipal: await deleted('servicePrincipals', await servicePrincipal()),
  }),
  'create-group': async () => ({ displayName: `Rights ${++made}` }),
  'update-group': async () => ({ group: (await group()).displayName, description: 'Rights' }),
  'delete-group': async () => ({ group: (await group()).displayName }),
  'restore-group': async () => ({ group: await deleted('groups', (await group()).id) }),
  'add-member': () => link(),
  'remove-member': () => link('members'),
  'add-owner': () => link(),
  'remove-owner': () => link('owners'),
  'assign-app-role': () => appRole(false),
  'unassign-app-role': () => appRole(true),
  'assign-role': () => role(false),
  'unassign-role': () => role(true),
  'assign-eligible-role': () => role(false, true),
  'unassign-eligible-role': () => role(true, true),
  'assign-timed-role': async () => ({ ...(await role(false)), until: '2040-01-31' }),
  'unassign-timed-role': () => role(true),
  'add-app-owner': () => linkOf('/applications', 'application', 'owners', false),
  'remove-app-owner': () => linkOf('/applications', 'application', 'owners', true),
  'add-service-principal-owner': () => linkOf('/servicePrincipals', 'servicePrincipal', 'owners', false),
  'remove-service-principal-owner': () => linkOf('/servicePrincipals', 'servicePrincipal', 'owners', true),
  'add-unit-member': () => linkOf(units, 'administrativeUnit', 'members', false),
  'remove-unit-member': () => linkOf(units, 'administrativeUnit', 'members', true),
  'upload-user': upload,
}
const rowFor = async ({ kind }: OperationPermissions): Promise<OperationRow> => ({
  kind: kind!,
  value: await rowOf[kind!]!(),
})
// What a group has given is unchanged.
const endOf = ({ kind }: OperationPermissions): string => (kind === 'await-license' ? 'unchanged' : 'done')
const least = (operation: OperationPermissions): readonly string[] => leastRights([operation]).least

t.test('every operation has its permissions', async t => {
  const find = await loadOperations()
  for (const kind of Object.keys(rowOf)) t.ok(find(kind), kind)
  t.strictSame(changing.map(({ kind }) => kind!).toSorted(), Object.keys(rowOf).toSorted())
})

for (const operation of changing)
  t.test(
    `${operation.operation} does its work with exactly the permissions that are printed, and no fewer`,
    async t => {
      const row = await rowFor(operation)
      const roles = least(operation)
      for (const role of roles) {
        const client = await bed.clientWith(roles.filter(one => one !== role))
        await t.rejects(
          bed.send([row], { client, checked: true }),
          {
            code: 'NOT_PERMITTED',
            exit: 6,
            message: `The app lacks ${role}, which ${operation.isSink ? `the sink ${operation.operation}` : `\`entrapipe ${operation.operation}\``} requires. Nothing was sent.`,
          },
          `without ${role}`,
        )
        t.strictSame(await bed.writes(), [])
      }
      const { run } = await bed.send([row], { client: await bed.clientWith(roles), checked: true })
      t.strictSame(await bed.resultsOf(run), [endOf(operation)])
    },
  )

t.test(
  'all permissions that lack for the steps of rows are reported at once, and none that another one includes',
  async t => {
    const steps = async (...kinds: readonly string[]) =>
      Promise.all(kinds.map(async kind => ({ kind, value: await rowOf[kind]!() })))
    const rows = [
      await steps('create-user', 'assign-license', 'add-member'),
      await steps('create-user', 'set-manager'),
      await steps('disable-user', 'assign-timed-role'),
    ]
    const client = await bed.clientWith(['User.Read.All', 'GroupMember.ReadWrite.All', 'RoleManagement.Read.Directory'])
    await t.rejects(bed.send(rows, { client, checked: true }), {
      code: 'NOT_PERMITTED',
      message:
        'The app lacks User.ReadWrite.All and RoleAssignmentSchedule.ReadWrite.Directory, which `entrapipe users create`, `entrapipe users disable`, `entrapipe users set-manager`, `entrapipe onboard --role-until` and `entrapipe licenses assign` require. Nothing was sent.',
    })
    t.strictSame(await bed.writes(), [])
  },
)

t.test('a dry run does without the permissions to write', async t => {
  for (const operation of changing) {
    const reads = operation.needs.filter(({ writes }) => !writes)
    const client = await bed.clientWith(
      least({
        ...operation,
        needs: [
          { anyOf: ['User.Read.All'] },
          { anyOf: ['GroupMember.Read.All'] },
          // Of a user, app roles are not read with less.
          ...(operation.kind!.endsWith('app-role') ? [{ anyOf: ['Directory.Read.All'] as const }] : []),
          ...reads,
        ],
      }),
    )
    const { changes } = await bed.send([await rowFor(operation)], { client, checked: true, dryRun: true })
    t.strictSame(changes?.preview?.send, { [operation.kind!]: 1 }, operation.operation)
  }
})

t.test('--include-privileged does without the permissions to read roles', async t => {
  const operation = changing.find(({ kind }) => kind === 'delete-user')!
  const client = await bed.clientWith(['User.DeleteRestore.All', 'User.Read.All'])
  const { run } = await bed.send([await rowFor(operation)], { client, checked: true, includePrivileged: true })
  t.strictSame(await bed.resultsOf(run), ['done'])
})

t.test('a permission that is enough for some objects is tried', async t => {
  const owned = 'SynchronizationData-User.Upload.OwnedBy'
  const client = await bed.clientWith([owned, 'AuditLog.Read.All'])
  const { run } = await bed.send([{ kind: 'upload-user', value: await upload() }], { client, checked: true })
  t.strictSame(await bed.resultsOf(run), ['failed Authorization_RequestDenied'])
})

t.test('wider permissions are enough', async t => {
  const client = await bed.clientWith([
    'Directory.ReadWrite.All',
    'User.ReadWrite.All',
    'Group.ReadWrite.All',
    'RoleManagement.ReadWrite.Directory',
    'Application.ReadWrite.All',
    'AdministrativeUnit.ReadWrite.All',
    'AppRoleAssignment.ReadWrite.All',
    'Device.ReadWrite.All',
    'User-PasswordProfile.ReadWrite.All',
    'User.RevokeSessions.All',
    'UserAuthenticationMethod.ReadWrite.All',
    'SynchronizationData-User.Upload',
    'AuditLog.Read.All',
  ])
  const isAwaited = ({ kind }: OperationPermissions): boolean => kind === 'await-license'
  // The row of a licence that is awaited leaves the groups of other rows unprocessed.
  for (const together of [changing.filter(one => !isAwaited(one)), changing.filter(isAwaited)]) {
    const rows: OperationRow[] = []
    for (const operation of together) rows.push(await rowFor(operation))
    const { run } = await bed.send(rows, { client, checked: true, maxRemovals: 1000 })
    const results = await bed.resultsOf(run)
    t.strictSame(
      together.map(({ operation }, at) => [operation, results[at]]),
      together.map(one => [one.operation, endOf(one)]),
    )
    t.equal(results.length, together.length)
  }
})

t.test('names that may not be looked up end the run, instead of failing every row', async t => {
  const client = await bed.clientWith(['GroupMember.ReadWrite.All'])
  await t.rejects(bed.send([{ kind: 'add-member', value: await link() }], { client }), {
    code: 'NOT_PERMITTED',
    message: /GET \/users/,
  })
  t.strictSame(await bed.writes(), [])
})

t.test('a dry run names the permissions without which the run would stop', async t => {
  const client = await bed.clientWith(['User.Read.All', 'RoleManagement.Read.Directory'])
  const { changes } = await bed.send([{ kind: 'create-user', value: person(`rights${++made}@${domain}`) }], {
    client,
    checked: true,
    dryRun: true,
  })
  t.match(changes?.preview?.stops, [
    { code: 'NOT_PERMITTED', why: /^The app lacks User\.\S+, which `entrapipe users create` requires\.$/ },
  ])
})
