import type { Directory, Kind } from '../directory/types.ts'

/** One object of each kind, so that a person has something to try. */
export interface Sample {
  readonly userId: string
  readonly userPrincipalName: string
  readonly groupId: string
  readonly deviceId: string
  readonly skuId: string
  readonly roleId: string
}

/** The first object of each kind in the directory's own order; empty where there is none. */
export const sampleOf = (directory: Directory): Sample => {
  const first = (kind: Kind) => {
    const [id] = directory.collection(kind).slice({ order: 'default', view: 'direct' }, 1, ['id']).ids
    return id === undefined ? undefined : directory.collection(kind).get(id)
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
