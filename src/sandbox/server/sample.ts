import type { Directory, Entity, Kind } from '../directory/types.ts'

/** One object of each kind, so that a person has something to try. */
export interface Sample {
  readonly userId: string
  readonly userPrincipalName: string
  readonly groupId: string
  readonly deviceId: string
  readonly skuId: string
  readonly roleId: string
}

/** What a person would try things on: an active member with a mailbox, a group whose members may be changed. */
const fit: { readonly [kind in Kind]?: (entity: Entity) => boolean } = {
  user: user => user['accountEnabled'] === true && user['userType'] === 'Member' && user['mail'] !== null,
  group: group =>
    group['securityEnabled'] === true &&
    group['mailEnabled'] === false &&
    group['isAssignableToRole'] !== true &&
    group['onPremisesSyncEnabled'] !== true &&
    Array.isArray(group['groupTypes']) &&
    group['groupTypes'].length === 0,
  device: device => device['accountEnabled'] === true,
}

/** The first fitting object of each kind in the directory's own order, or the first one; empty where there is none. */
export const sampleOf = (directory: Directory): Sample => {
  const first = (kind: Kind): Entity | undefined => {
    const any = { order: 'default', view: 'direct' } as const
    const where = fit[kind]
    const objects = directory.collection(kind)
    const [id] = [
      ...(where ? objects.slice({ ...any, where }, 1, ['id']).ids : []),
      ...objects.slice(any, 1, ['id']).ids,
    ]
    return id === undefined ? undefined : objects.get(id)
  }
  const user = first('user')
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  return {
    userId: text(user?.id),
    userPrincipalName: text(user?.['userPrincipalName']),
    groupId: text(first('group')?.id),
    deviceId: text(first('device')?.id),
    skuId: text(directory.subscribedSkus[0]?.['skuId']),
    roleId: text(first('directoryRole')?.id),
  }
}
