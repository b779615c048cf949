import type { Finding, Values } from '../../core/operation.ts'
import { formerlySyncedProperties, userAttributes } from '../../data/on-premises.ts'

/** Properties that say where a user is mastered. */
export const premiseProperties: readonly string[] = ['onPremisesSyncEnabled']

/** Why these properties of a user must be changed in Active Directory; undefined if they can be changed here. */
export const onPremisesFinding = (properties: readonly string[], user: Values): Finding | undefined => {
  const synced = user['onPremisesSyncEnabled']
  const mastered =
    synced === true
      ? properties.filter(name => userAttributes[name] !== undefined)
      : synced === false
        ? properties.filter(name => formerlySyncedProperties.includes(name))
        : []
  if (mastered.length === 0) return undefined
  if (synced === false)
    return {
      outcome: 'failed',
      code: 'ON_PREMISES',
      message: `The user was synchronized from Active Directory, and ${mastered.join(', ')} can only be changed in Exchange since.`,
      fix: 'Change it in Exchange Online.',
    }
  return {
    outcome: 'failed',
    code: 'ON_PREMISES',
    message: `The user is synchronized from Active Directory, which masters ${mastered.join(', ')}.`,
    fix: `Change in Active Directory: ${mastered.map(name => userAttributes[name]).join(', ')}.`,
  }
}
