import { createdBy, type OperationRow, type Values } from '../../../src/core/operation.ts'
import { planIdOf } from '../../../src/data/sku-catalogue.ts'
import { skuOf } from '../../licensing/products.ts'
import { giveAppRole } from '../../sandbox/give-app-role.ts'
import type { sandboxBed } from './sandbox-bed.ts'
import { operations } from './steps-plan.ts'

/** A sandbox in the test's process. */
export type Bed = Awaited<ReturnType<typeof sandboxBed>>
/** Rows of changes. */
type Rows = readonly (readonly OperationRow[])[]

const times = <T>(count: number, make: (at: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, at) => make(at))

const newUser = (at: number, domain: string): OperationRow => ({
  kind: 'create-user',
  value: {
    userPrincipalName: `new${at}@${domain}`,
    displayName: `New ${at}`,
    passwordProfile: { password: `Fresh-start-${at}!` },
  },
})
const post = async ({ graph }: Bed, url: string, body: Values): Promise<string> =>
  (await graph.request<{ readonly id: string }>({ method: 'POST', url, body })).body.id
/** Scenes may share a directory. */
let nth = 0
const newGroup = (bed: Bed, name: string, isUnified = false): Promise<string> =>
  post(bed, '/groups', {
    displayName: name,
    mailNickname: `team${++nth}`,
    mailEnabled: isUnified,
    securityEnabled: !isUnified,
    groupTypes: isUnified ? ['Unified'] : [],
  })
const groupsOf = async (bed: Bed, count: number, isUnified = false): Promise<readonly string[]> => {
  const made: string[] = []
  for (const at of times(count, at => at)) made.push(await newGroup(bed, `Team ${at}`, isUnified))
  return made
}
/** Users who are not synchronized. */
const usersOf = async (bed: Bed, count: number): Promise<readonly string[]> => {
  const made: string[] = []
  for (const _ of times(count, at => at))
    made.push(
      await post(bed, '/users', {
        ...newUser(1000 + ++nth, bed.sandbox.domain).value,
        mailNickname: `old${nth}`,
        accountEnabled: true,
        department: 'Sales',
      }),
    )
  return made
}
const link = (kind: string, group: string, members: readonly string[]): Rows =>
  members.map(member => [{ kind, value: { group, member } }])
const deleted = async (
  bed: Bed,
  of: 'users' | 'groups' | 'applications' | 'servicePrincipals',
  ids: readonly string[],
): Promise<readonly string[]> => {
  for (const id of ids) await bed.graph.request({ method: 'DELETE', url: `/${of}/${id}` })
  return ids
}
const members = (bed: Bed, count: number) => bed.ids('/users?$select=id&$top=200').then(ids => ids.slice(0, count))
const linked = async (
  bed: Bed,
  group: string,
  relation: 'members' | 'owners',
  ids: readonly string[],
): Promise<void> => {
  for (const id of ids)
    await bed.graph.request({
      method: 'POST',
      url: `/groups/${group}/${relation}/$ref`,
      body: { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` },
    })
}

const [e3, bi] = [skuOf('SPE_E3'), skuOf('POWER_BI_PRO')]

/** Units that scenes take of a product, without those that they free. They may share a directory. */
const takenUnits = new WeakMap<Bed, Map<string, number>>()

/** Leaves as many units of products free as the scenes need, and no more. */
const justEnough = async (
  bed: Bed,
  count: number,
  held: readonly string[],
  changes: Readonly<Record<string, number>>,
) => {
  const taken = takenUnits.get(bed) ?? new Map<string, number>()
  takenUnits.set(bed, taken)
  const skus = new Map<string, number>()
  for await (const { values } of bed.graph.pages<{ readonly skuId: string; readonly consumedUnits: number }>(
    '/subscribedSkus',
  ))
    for (const { skuId, consumedUnits } of values) skus.set(skuId, consumedUnits)
  for (const sku of [e3, bi]) {
    taken.set(sku, (taken.get(sku) ?? 0) + count * (changes[sku] ?? 0))
    const own = held.includes(sku) ? count : 0
    await bed.control('PUT', '/seats', { sku, enabled: (skus.get(sku) ?? 0) + own + Math.max(0, taken.get(sku)!) })
  }
}

/**
 * Users who have these products directly, with one of the plans off.
 *
 * @param changes units that the scene then takes for each of them, or frees
 */
const licensed = async (
  bed: Bed,
  count: number,
  skus: readonly string[],
  changes: Readonly<Record<string, number>> = {},
): Promise<readonly string[]> => {
  await justEnough(bed, count, skus, changes)
  const users = await usersOf(bed, count)
  for (const user of users) {
    await bed.graph.request({ method: 'PATCH', url: `/users/${user}`, body: { usageLocation: 'DE' } })
    if (skus.length === 0) continue
    const addLicenses = skus.map(skuId => ({
      skuId,
      disabledPlans: skuId === e3 ? [planIdOf('YAMMER_ENTERPRISE')] : [],
    }))
    await post(bed, `/users/${user}/assignLicense`, { addLicenses, removeLicenses: [] })
  }
  return users
}

/** A group whose members have a product by it, and perhaps directly. The group is that of the test, and its members are no part of it. */
const licensedGroup = async (bed: Bed, sku: string, isDirect = false) => {
  await bed.control('PUT', '/knobs', { groupLicensingMs: 0, groupLicensingPerSecond: 0 })
  const users = await licensed(bed, 3, isDirect ? [sku] : [], isDirect ? {} : { [sku]: 1 })
  const group = await newGroup(bed, 'Team')
  await linked(bed, group, 'members', users)
  await post(bed, `/groups/${group}/assignLicense`, {
    addLicenses: [{ skuId: sku, disabledPlans: [] }],
    removeLicenses: [],
  })
  return { group, users }
}

const taken = new WeakMap<Bed, Set<string>>()
/** The first objects that no other scene takes: scenes may share a directory. */
const unused = <T>(bed: Bed, all: readonly T[], count: number, idsOf: (one: T) => readonly string[]): readonly T[] => {
  const ids = taken.get(bed) ?? new Set<string>()
  taken.set(bed, ids)
  const free = all.filter(one => !idsOf(one).some(id => ids.has(id))).slice(0, count)
  if (free.length < count) throw new Error(`Only ${free.length} of ${count} objects are left for this scene.`)
  for (const id of free.flatMap(idsOf)) ids.add(id)
  return free
}

/** Objects other than groups that have links: the path, the name of the value, and the relation. */
const owners = {
  'app-owner': ['/applications', 'application', 'owners'],
  'service-principal-owner': ['/servicePrincipals', 'servicePrincipal', 'owners'],
  'unit-member': ['/directory/administrativeUnits', 'administrativeUnit', 'members'],
} as const

/** Links of one of them, which are there if they are to be removed. */
const linkedTo =
  (verb: 'add' | 'remove', noun: keyof typeof owners) =>
  async (bed: Bed): Promise<Rows> => {
    const [path, value, relation] = owners[noun]
    const [owner] = unused(bed, await bed.ids(`${path}?$select=id`), 1, id => [id])
    const there = new Set(await bed.ids(`${path}/${owner}/${relation}?$select=id&$top=999`))
    const users = (await members(bed, 200)).filter(id => !there.has(id)).slice(0, 4)
    for (const id of verb === 'remove' ? users : [])
      await bed.graph.request({
        method: 'POST',
        url: `${path}/${owner}/${relation}/$ref`,
        body: { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` },
      })
    return users.map(member => [{ kind: `${verb}-${noun}`, value: { [value]: owner!, member } }])
  }

const read = async <T>(bed: Bed, path: string): Promise<readonly T[]> => {
  const found: T[] = []
  for await (const { values } of bed.graph.pages<T>(path)) found.push(...values)
  return found
}

const scrap = 'Scrap'
/** Devices with Windows that Active Directory does not have. */
const devicesOf = async (bed: Bed, enabled: boolean): Promise<readonly string[]> => {
  const all = await read<Device>(
    bed,
    '/devices?$select=id,operatingSystem,accountEnabled,onPremisesSyncEnabled&$top=999',
  )
  const fitting = all.filter(
    one => one.operatingSystem === 'Windows' && one.accountEnabled === enabled && !(one.onPremisesSyncEnabled ?? false),
  )
  return unused(
    bed,
    fitting.map(({ id }) => id),
    3,
    id => [id],
  )
}
interface Device {
  readonly id: string
  readonly operatingSystem: string
  readonly accountEnabled: boolean
  readonly onPremisesSyncEnabled: boolean | null
}

interface App {
  readonly id: string
  readonly appId: string
}
/** Applications, each with its service principal. The app that signed in is none of them. */
const appsOf = async (bed: Bed): Promise<readonly (readonly [application: string, servicePrincipal: string])[]> => {
  const own = (await bed.graph.signedInAs!()).appId
  const principals = new Map(
    (await read<App>(bed, '/servicePrincipals?$select=id,appId')).map(({ id, appId }) => [appId, id]),
  )
  const pairs = (await read<App>(bed, '/applications?$select=id,appId')).flatMap(({ id, appId }) =>
    principals.has(appId) && appId !== own ? [[id, principals.get(appId)!] as const] : [],
  )
  return unused(bed, pairs, 2, ids => ids)
}

const managed = (bed: Bed, user: string, manager: string) =>
  bed.graph.request({
    method: 'PUT',
    url: `/users/${user}/manager/$ref`,
    body: { '@odata.id': `https://graph.microsoft.com/v1.0/users/${manager}` },
  })

const helpdesk = '729827e3-9c14-49f7-bb1b-9608f156bbb8'

/** Roles of new users, which they have if they are to be taken. */
const rolesOf =
  (kind: string) =>
  async (bed: Bed): Promise<Rows> => {
    const principals = await usersOf(bed, 3)
    if (kind.startsWith('unassign'))
      for (const principalId of principals)
        await bed.graph.request({
          method: 'POST',
          url: `/roleManagement/directory/${kind.includes('eligible') ? 'roleEligibilityScheduleRequests' : 'roleAssignments'}`,
          body: {
            roleDefinitionId: helpdesk,
            principalId,
            directoryScopeId: '/',
            ...(kind.includes('eligible') && {
              action: 'adminAssign',
              scheduleInfo: { startDateTime: null, expiration: { type: 'noExpiration' } },
            }),
          },
        })
    const ended = kind === 'assign-eligible-role' ? { until: '2040-01-31T00:00:00Z', justification: 'Holidays' } : {}
    return principals.map((principal, at) => [{ kind, value: { role: helpdesk, principal, ...(at > 0 && ended) } }])
  }

/** App roles of new users, which they have if they are to be taken. */
const appRolesOf =
  (kind: string) =>
  async (bed: Bed): Promise<Rows> => {
    const principals = await usersOf(bed, 3)
    const { body } = await bed.graph.request<{
      readonly value: readonly { readonly id: string; readonly appRoles: readonly unknown[] }[]
    }>({ method: 'GET', url: '/servicePrincipals?$select=id,appRoles&$top=50' })
    const resourceId = body.value.find(({ appRoles }) => appRoles.length === 0)!.id
    const appRoleId = '00000000-0000-0000-0000-000000000000'
    for (const principalId of kind.startsWith('unassign') ? principals : [])
      await bed.graph.request({
        method: 'POST',
        url: `/servicePrincipals/${resourceId}/appRoleAssignedTo`,
        body: { principalId, resourceId, appRoleId },
      })
    return principals.map(principal => [{ kind, value: { resource: resourceId, role: appRoleId, principal } }])
  }

/** Rows of each operation, and what must be there for them. */
export const scenes: Readonly<Record<string, (bed: Bed) => Promise<Rows>>> = {
  'create-user': async ({ sandbox }) => times(5, at => [newUser(at, sandbox.domain)]),
  'invite-user': async () =>
    times(4, at => [
      {
        kind: 'invite-user',
        value: {
          invitedUserEmailAddress: `partner${at}@fabrikam.example`,
          inviteRedirectUrl: 'https://myapps.microsoft.com',
          sendInvitationMessage: at % 2 === 0,
        },
      },
    ]),
  'update-user': async bed =>
    (await usersOf(bed, 3)).map(user => [
      { kind: 'update-user', value: { user, jobTitle: 'Lead', businessPhones: ['+49 30 1'] } },
    ]),
  'delete-user': async bed => (await usersOf(bed, 4)).map(user => [{ kind: 'delete-user', value: { user } }]),
  'restore-user': async bed =>
    (await deleted(bed, 'users', await usersOf(bed, 3))).map(user => [{ kind: 'restore-user', value: { user } }]),
  'purge-user': async bed =>
    (await deleted(bed, 'users', await usersOf(bed, 3))).map(user => [{ kind: 'purge-user', value: { user } }]),
  'enable-user': async bed => {
    const users = await usersOf(bed, 3)
    for (const user of users)
      await bed.graph.request({ method: 'PATCH', url: `/users/${user}`, body: { accountEnabled: false } })
    return users.map(user => [{ kind: 'enable-user', value: { user } }])
  },
  'disable-user': async bed => (await usersOf(bed, 3)).map(user => [{ kind: 'disable-user', value: { user } }]),
  'revoke-sessions': async bed => (await usersOf(bed, 3)).map(user => [{ kind: 'revoke-sessions', value: { user } }]),
  'reset-password': async bed => {
    await giveAppRole(bed.sandbox, 'User Administrator')
    return (await usersOf(bed, 3)).map(user => [
      { kind: 'reset-password', value: { user, passwordProfile: { password: 'Quiet-Harbour-1' } } },
    ])
  },
  'create-access-pass': async bed =>
    (await usersOf(bed, 3)).map(user => [{ kind: 'create-access-pass', value: { user } }]),
  'delete-access-pass': async bed => {
    const users = await usersOf(bed, 3)
    for (const user of users) await post(bed, `/users/${user}/authentication/temporaryAccessPassMethods`, {})
    return users.map(user => [{ kind: 'delete-access-pass', value: { user } }])
  },
  'set-manager': async bed => {
    const [manager, ...users] = await usersOf(bed, 4)
    return users.map(user => [{ kind: 'set-manager', value: { user, manager: manager! } }])
  },
  'clear-manager': async bed => {
    const [manager, ...users] = await usersOf(bed, 4)
    for (const user of users) await managed(bed, user, manager!)
    return users.map(user => [{ kind: 'clear-manager', value: { user } }])
  },
  'create-group': async () =>
    times(3, at => [{ kind: 'create-group', value: { displayName: `Made ${at}`, mailNickname: `made${at}` } }]),
  'update-group': async bed =>
    (await groupsOf(bed, 3)).map(group => [{ kind: 'update-group', value: { group, description: 'Of the test' } }]),
  'delete-group': async bed =>
    (await groupsOf(bed, 3, true)).map(group => [{ kind: 'delete-group', value: { group } }]),
  'restore-group': async bed =>
    (await deleted(bed, 'groups', await groupsOf(bed, 3, true))).map(group => [
      { kind: 'restore-group', value: { group } },
    ]),
  'add-member': async bed => link('add-member', await newGroup(bed, 'Team'), await members(bed, 45)),
  'add-owner': async bed => {
    const group = await newGroup(bed, 'Team')
    const users = await members(bed, 4)
    await linked(bed, group, 'owners', users.slice(0, 1))
    return link('add-owner', group, users.slice(1))
  },
  'remove-member': async bed => {
    const group = await newGroup(bed, 'Team')
    const users = await members(bed, 6)
    await linked(bed, group, 'members', users)
    return link('remove-member', group, users)
  },
  'remove-owner': async bed => {
    const group = await newGroup(bed, 'Team')
    const users = await members(bed, 4)
    await linked(bed, group, 'owners', users)
    return link('remove-owner', group, users.slice(1))
  },
  'assign-license': async bed =>
    (await licensed(bed, 3, [], { [e3]: 1, [bi]: 1 })).flatMap(user =>
      [e3, bi].map(sku => [
        { kind: 'assign-license', value: { user, sku, ...(sku === e3 && { disabledPlans: [planIdOf('SWAY')] }) } },
      ]),
    ),
  'modify-license': async bed =>
    (await licensed(bed, 3, [e3])).map(user => [
      { kind: 'modify-license', value: { user, sku: e3, disablePlans: [planIdOf('SWAY')] } },
    ]),
  'transfer-license': async bed =>
    (await licensed(bed, 3, [bi], { [e3]: 1, [bi]: -1 })).map(user => [
      { kind: 'transfer-license', value: { user, from: [bi], sku: e3 } },
    ]),
  'remove-license': async bed =>
    (await licensed(bed, 3, [e3, bi], { [e3]: -1, [bi]: -1 })).flatMap(user =>
      [e3, bi].map(sku => [{ kind: 'remove-license', value: { user, sku } }]),
    ),
  'assign-app-role': appRolesOf('assign-app-role'),
  'unassign-app-role': appRolesOf('unassign-app-role'),
  'assign-role': rolesOf('assign-role'),
  'unassign-role': rolesOf('unassign-role'),
  'assign-eligible-role': rolesOf('assign-eligible-role'),
  'unassign-eligible-role': rolesOf('unassign-eligible-role'),
  'add-app-owner': linkedTo('add', 'app-owner'),
  'remove-app-owner': linkedTo('remove', 'app-owner'),
  'add-service-principal-owner': linkedTo('add', 'service-principal-owner'),
  'remove-service-principal-owner': linkedTo('remove', 'service-principal-owner'),
  'add-unit-member': linkedTo('add', 'unit-member'),
  'remove-unit-member': linkedTo('remove', 'unit-member'),
  'update-device': async bed =>
    (await devicesOf(bed, true)).map(device => [
      { kind: 'update-device', value: { device, extensionAttributes: { extensionAttribute2: 'Bonn' } } },
    ]),
  'enable-device': async bed =>
    (await devicesOf(bed, false)).map(device => [{ kind: 'enable-device', value: { device } }]),
  'disable-device': async bed =>
    (await devicesOf(bed, true)).map(device => [{ kind: 'disable-device', value: { device } }]),
  'delete-device': async bed => {
    const devices = await devicesOf(bed, true)
    for (const device of devices)
      await bed.graph.request({ method: 'PATCH', url: `/devices/${device}`, body: { displayName: scrap } })
    return devices.map(device => [{ kind: 'delete-device', value: { device } }])
  },
  'update-application': async bed =>
    (await appsOf(bed)).map(([application]) => [
      { kind: 'update-application', value: { application, notes: 'Of the test' } },
    ]),
  'delete-application': async bed =>
    (await appsOf(bed)).map(([application]) => [{ kind: 'delete-application', value: { application } }]),
  'restore-application': async bed =>
    (
      await deleted(
        bed,
        'applications',
        (await appsOf(bed)).map(([application]) => application),
      )
    ).map(application => [{ kind: 'restore-application', value: { application } }]),
  'update-service-principal': async bed =>
    (await appsOf(bed)).map(([, servicePrincipal]) => [
      { kind: 'update-service-principal', value: { servicePrincipal, notes: 'Of the test' } },
    ]),
  'delete-service-principal': async bed =>
    (await appsOf(bed)).map(([, servicePrincipal]) => [
      { kind: 'delete-service-principal', value: { servicePrincipal } },
    ]),
  'restore-service-principal': async bed =>
    (
      await deleted(
        bed,
        'servicePrincipals',
        (await appsOf(bed)).map(([, servicePrincipal]) => servicePrincipal),
      )
    ).map(servicePrincipal => [{ kind: 'restore-service-principal', value: { servicePrincipal } }]),
}

/** Scenes of operations on licences of groups, whose rows come from what a command names. */
export const ofLicensing: typeof scenes = {
  'assign-group-license': async bed => {
    const { group } = await licensedGroup(bed, e3)
    return [[{ kind: 'assign-group-license', value: { group, sku: bi } }]]
  },
  'remove-group-license': async bed => {
    const { group } = await licensedGroup(bed, bi)
    return [[{ kind: 'remove-group-license', value: { group, sku: bi } }]]
  },
  'reprocess-license': async bed => {
    await bed.control('PUT', '/seats', { sku: 'VISIOCLIENT', enabled: 0 })
    const { users } = await licensedGroup(bed, skuOf('VISIOCLIENT'))
    for (const user of users)
      await bed.graph.request({ method: 'GET', url: `/users/${user}?$select=licenseAssignmentStates` })
    await bed.control('PUT', '/seats', { sku: 'VISIOCLIENT', enabled: 1_000 })
    return users.map(user => [{ kind: 'reprocess-license', value: { user } }])
  },
  'inherit-license': async bed => {
    const { group, users } = await licensedGroup(bed, bi, true)
    return users.map(user => [{ kind: 'inherit-license', value: { user, sku: bi, group } }])
  },
  'detach-license': async bed => {
    const { group, users } = await licensedGroup(bed, bi)
    return users.map(user => [{ kind: 'detach-license', value: { user, sku: bi, group } }])
  },
}

/** Scenes of what changes users and groups, or of what changes anything else. */
export const scenesOf = (family: 'accounts' | 'others'): typeof scenes =>
  Object.fromEntries(
    Object.entries(scenes).filter(
      ([kind]) => ['user', 'group'].includes(operations(kind)!.changes) === (family === 'accounts'),
    ),
  )

/** Members or owners of whom only some are there: nothing is sent for any of them. */
const kept =
  (noun: 'member' | 'owner') =>
  async (bed: Bed): Promise<Rows> => {
    const group = await newGroup(bed, 'Team')
    const users = await usersOf(bed, 4)
    await linked(bed, group, `${noun}s`, users.slice(0, 2))
    return link(`keep-${noun}`, group, users)
  }

/** Scenes of operations that compare and send nothing. */
export const comparing: typeof scenes = { 'keep-member': kept('member'), 'keep-owner': kept('owner') }

/** Scenes of rows that depend on each other. */
export const dependent: typeof scenes = {
  'three links on each of 30 groups': async bed => {
    const users = await members(bed, 3)
    return (await groupsOf(bed, 30)).flatMap(group => link('add-member', group, users))
  },
  'rows that are the same change, and rows that need none': async bed => {
    const group = await newGroup(bed, 'Team')
    const users = await members(bed, 25)
    await linked(bed, group, 'members', users.slice(0, 2))
    return [...link('add-member', group, users), ...link('add-member', group, users.slice(0, 5))]
  },
  'an add and a remove of the same links': async bed => {
    const group = await newGroup(bed, 'Team')
    const users = await members(bed, 5)
    await linked(bed, group, 'members', users.slice(0, 2))
    return [...link('add-member', group, users), ...link('remove-member', group, users)]
  },
  'users who are created and added to a group': async bed => {
    const group = await newGroup(bed, 'Team')
    return times(45, at => [
      newUser(at, bed.sandbox.domain),
      { kind: 'add-member', value: { group, member: '$created:0' } },
    ])
  },
  'equal lines that create a user and add it to a group': async bed => {
    const group = await newGroup(bed, 'Team')
    const rows = times(3, at => [
      newUser(at, bed.sandbox.domain),
      { kind: 'add-member', value: { group, member: '$created:0' } },
    ])
    return [...rows, ...rows, rows[0]!]
  },
  'equal lines whose later steps change one object': async bed => {
    const group = await newGroup(bed, 'Team')
    const users = await usersOf(bed, 3)
    const [one, other, member] = users as [string, string, string]
    return [one, other].map(user => [
      { kind: 'update-user', value: { user, jobTitle: 'Lead' } },
      { kind: 'add-member', value: { group, member } },
    ])
  },
  'rows that name what other rows create, earlier and later ones, each other too': async bed => {
    const group = await newGroup(bed, 'Team')
    return times(12, at => [
      newUser(at, bed.sandbox.domain),
      { kind: 'add-member', value: { group, member: createdBy(0, ((at + 5) % 12) + 1) } },
    ])
  },
  'later steps that need no change': async bed => {
    const group = await newGroup(bed, 'Team')
    const users = await usersOf(bed, 4)
    await linked(bed, group, 'members', users.slice(0, 2))
    return users.map(user => [
      { kind: 'update-user', value: { user, jobTitle: 'Lead' } },
      { kind: 'add-member', value: { group, member: user } },
    ])
  },
}

/** In the order of their texts, which begin with the id. */
const inOrder = <T>(all: readonly T[]): readonly T[] =>
  all
    .map(one => ({ one, text: JSON.stringify(one) }))
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ one }) => one)

/** A licence that was removed and assigned again is the last one. */
const withSortedLicences = (one: unknown): unknown => {
  const user = one as { readonly assignedLicenses: readonly unknown[] }
  return { ...user, assignedLicenses: inOrder(user.assignedLicenses) }
}

/** Properties of all objects, and every member and owner of the groups of the test. Devices that are deleted never come back. */
export const snapshot = async (bed: Bed): Promise<unknown> => {
  const user =
    'id,userPrincipalName,displayName,mailNickname,accountEnabled,jobTitle,department,businessPhones,assignedLicenses'
  const users = await read(bed, `/users?$select=${user}&$top=999`)
  const groups: unknown[] = []
  for (const group of await read<Values & { readonly id: string }>(
    bed,
    '/groups?$select=id,displayName,mailNickname,description,groupTypes,mailEnabled,securityEnabled&$top=999',
  )) {
    if (!/^(?:Team|Made)/.test(String(group['displayName']))) continue
    const [inside, owners] = [
      await bed.ids(`/groups/${group.id}/members?$select=id`),
      await bed.ids(`/groups/${group.id}/owners?$select=id`),
    ]
    groups.push({ ...group, members: [...inside].sort(), owners: [...owners].sort() })
  }
  const devices = await read<Values>(bed, '/devices?$select=id,displayName,accountEnabled,extensionAttributes&$top=999')
  const applications = await read(bed, '/applications?$select=id,displayName,notes')
  const servicePrincipals = await read(bed, '/servicePrincipals?$select=id,displayName,accountEnabled,notes')
  return {
    users: inOrder(users.map(withSortedLicences)),
    groups: inOrder(groups),
    devices: inOrder(devices.filter(({ displayName }) => displayName !== scrap)),
    applications: inOrder(applications),
    servicePrincipals: inOrder(servicePrincipals),
  }
}
