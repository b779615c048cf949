import type { Directory, Entity, Kind, Reference } from '../directory/types.ts'

/** One object of each kind, for first experiments. */
export interface Sample {
  readonly userId: string
  readonly userPrincipalName: string
  readonly groupId: string
  readonly deviceId: string
  readonly skuId: string
  readonly roleId: string
}

/** Number of users among which the sample is chosen. */
const candidates = 500

/**
 * Chooses an ordinary user: a member, enabled, licensed, in the default domain, with a name that needs no escaping in a URL.
 * The user has a manager, a device, and a group whose members can be changed. The sample also has this device and group, one
 * of the user's SKUs, and a role. Falls back to the first object of a kind in the directory's order, and to an empty string if
 * there is none.
 */
export const sampleOf = (directory: Directory): Sample => {
  const first = (kind: Kind): Entity | undefined => {
    const [id] = directory.collection(kind).slice({ order: 'default', view: 'direct' }, 1, ['id']).ids
    return id === undefined ? undefined : directory.collection(kind).get(id)
  }
  const user = ordinaryUser(directory) ?? first('user')
  const owner: Reference | undefined = user && { kind: 'user', id: user.id }
  const device = owner && directory.relating(owner, 'registeredOwners')[0]?.id
  const group = owner && directory.memberOf(owner).find(reference => isAssigned(directory, reference))?.id
  const [license] = licensesOf(user)
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  return {
    userId: text(user?.id),
    userPrincipalName: text(user?.['userPrincipalName']),
    groupId: text(group ?? first('group')?.id),
    deviceId: text(device ?? first('device')?.id),
    skuId: text(license?.skuId ?? directory.subscribedSkus[0]?.['skuId']),
    roleId: text(first('directoryRole')?.id),
  }
}

const licensesOf = (user: Entity | undefined) =>
  (user?.['assignedLicenses'] ?? []) as readonly { readonly skuId: string }[]

const ordinaryUser = (directory: Directory): Entity | undefined => {
  const users = directory.collection('user')
  const { ids } = users.slice({ order: 'default', view: 'direct' }, candidates, ['id'])
  const isOrdinary = (user: Entity): boolean =>
    user['userType'] === 'Member' &&
    user['accountEnabled'] === true &&
    licensesOf(user).length > 0 &&
    /^[\w.-]+$/.test(String(user['userPrincipalName']).replace(`@${directory.domain}`, ''))
  const has = (id: string): boolean => {
    const reference: Reference = { kind: 'user', id }
    return (
      directory.relating(reference, 'registeredOwners').length > 0 &&
      directory.related('user', id, 'manager', 1).references.length > 0 &&
      directory.memberOf(reference).some(group => isAssigned(directory, group))
    )
  }
  let first: string | undefined
  for (const id of ids) {
    if (!users.matches(id, isOrdinary)) continue
    first ??= id
    if (has(id)) return users.get(id)
  }
  return first === undefined ? undefined : users.get(first)
}

/** Whether an object is a cloud-only security group with assigned members. */
const isAssigned = (directory: Directory, { kind, id }: Reference): boolean =>
  kind === 'group' &&
  directory
    .collection('group')
    .matches(
      id,
      group =>
        group['securityEnabled'] === true &&
        group['mailEnabled'] === false &&
        group['isAssignableToRole'] !== true &&
        group['onPremisesSyncEnabled'] !== true &&
        ((group['assignedLicenses'] ?? []) as readonly unknown[]).length === 0 &&
        !((group['groupTypes'] ?? []) as readonly string[]).includes('DynamicMembership'),
    )
