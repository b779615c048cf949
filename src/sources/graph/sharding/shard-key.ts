/** The property by which a listing is divided. Graph compares without regard to case. */
export interface ShardKey {
  readonly property: string
  /** Characters of the values, those that are likely first. What else there is goes into a part of its own. */
  readonly characters: string
  /** Characters that cannot be the first one. */
  readonly later?: string
  /** Whether a value can end where it is divided, as a name can be the beginning of another one. An address always goes on. */
  readonly ends: boolean
  /** Whether objects can lack it. */
  readonly nullable: boolean
}

/** The letters in the order of their frequency in names, then digits. */
const lettersAndDigits = 'aeinrslotmdhcgkubjvpyfwzxq0123456789'

/** Always there, unique, and of few characters. @see https://learn.microsoft.com/graph/api/resources/user */
const byUserPrincipalName: ShardKey = {
  property: 'userPrincipalName',
  characters: `${lettersAndDigits}._-'!#^~`,
  later: '@',
  ends: false,
  nullable: false,
}

/** Required, and of the characters that an address may have before the `@`. @see https://learn.microsoft.com/graph/api/resources/group */
const byMailNickname: ShardKey = {
  property: 'mailNickname',
  characters: `${lettersAndDigits}-._&'+!#$%*/=?^{|}~\``,
  ends: true,
  nullable: true,
}

/** Devices have a name or none, in any script. Most are named by the rules of Windows or by a model. */
const byDisplayName: ShardKey = {
  property: 'displayName',
  characters: `${lettersAndDigits}- ._'()#&`,
  ends: true,
  nullable: true,
}

/** By type. */
export const shardKeys = { user: byUserPrincipalName, group: byMailNickname, device: byDisplayName } as const

/** The key of a type, if its listings are divided. */
export const shardKeyOf = (type: string): ShardKey | undefined =>
  (shardKeys as Readonly<Record<string, ShardKey | undefined>>)[type]
