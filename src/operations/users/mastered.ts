import type { Finding, Values } from '../../core/operation.ts'
import { formerlySyncedProperties, userAttributes } from '../../data/on-premises.ts'

/** Properties that say where a user is mastered. */
export const userMastery: readonly string[] = ['onPremisesSyncEnabled']

/** Why these properties of a user cannot be changed through Graph; undefined if they can. */
export const masteredOfUser = (names: readonly string[], user: Values): Finding | undefined => {
  if (user['onPremisesSyncEnabled'] === true) {
    const mastered = names.filter(name => userAttributes[name] !== undefined)
    if (mastered.length === 0) return undefined
    return {
      outcome: 'failed',
      code: 'ON_PREMISES',
      message: `The user is synchronized from Active Directory, which masters ${mastered.join(', ')}.`,
      fix: `Change in Active Directory: ${mastered.map(name => userAttributes[name]).join(', ')}.`,
    }
  }
  const kept =
    user['onPremisesSyncEnabled'] === false ? names.filter(name => formerlySyncedProperties.includes(name)) : []
  if (kept.length === 0) return undefined
  return {
    outcome: 'failed',
    code: 'ON_PREMISES',
    message: `The user was synchronized from Active Directory earlier. Since then, only Exchange changes ${kept.join(', ')}.`,
    fix: 'Change it in Exchange Online.',
  }
}
