import type { Directory, Entity, Kind, Reference } from '../directory/types.ts'

/** One object of each kind, so that a person has something to try. */
export interface Sample {
  readonly userId: string
  readonly userPrincipalName: string
  readonly groupId: string
  readonly deviceId: string
  readonly skuId: string
  readonly roleId: string
}

/** How many users are looked at for one that has a bit of everything. */
const looked = 500

/**
 * An ordinary user (a member, enabled, licensed, of the default domain, whose name needs no escaping in an address) with a device, a group that
 * the user is in and whose members anybody may change, the device, one of the user's SKUs, and a role. Where there is no
 * such object, the first of its kind in the directory's own order; empty where there is none at all.
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
  const { ids } = users.slice({ order: 'default', view: 'direct' }, looked, ['id'])
  const ordinary = ids.flatMap(id => {
    const user = users.get(id)
    const fits =
      user?.['userType'] === 'Member' &&
      user['accountEnabled'] === true &&
      licensesOf(user).length > 0 &&
      /^[\w.-]+$/.test(String(user['userPrincipalName']).replace(`@${directory.domain}`, ''))
    return fits ? user : []
  })
  const has = (id: string): boolean => {
    const reference: Reference = { kind: 'user', id }
    return (
      directory.relating(reference, 'registeredOwners').length > 0 &&
      directory.related('user', id, 'manager', 1).references.length > 0 &&
      directory.memberOf(reference).some(group => isAssigned(directory, group))
    )
  }
  return ordinary.find(({ id }) => has(id)) ?? ordinary[0]
}

/** A cloud-only security group whose members are given one by one. */
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
