import type { Finding, Values } from '../../core/operation.ts'
import { formerlySyncedProperties, userAttributes } from '../../data/on-premises.ts'

/** Properties that say where a user is mastered. */
export const userMastery: readonly string[] = ['onPremisesSyncEnabled']

const rootOf = (path: string): string => path.split('/')[0]!

/** The attribute in Active Directory that masters a property; undefined if none does. */
const attributeOf = (path: string): string | undefined => {
  const attribute = userAttributes[rootOf(path)]
  // These have the same names there.
  return path.startsWith('onPremisesExtensionAttributes/') ? path.split('/')[1] : attribute
}

/**
 * Why these properties of a user cannot be changed through Graph; undefined if they can.
 *
 * @param paths `department`, `onPremisesExtensionAttributes/extensionAttribute1`
 */
export const masteredOfUser = (paths: readonly string[], user: Values): Finding | undefined => {
  if (user['onPremisesSyncEnabled'] === true) {
    const mastered = paths.filter(path => attributeOf(path) !== undefined)
    if (mastered.length === 0) return undefined
    return {
      outcome: 'failed',
      code: 'ON_PREMISES',
      message: `The user is synchronized from Active Directory, which masters ${mastered.join(', ')}.`,
      fix: `Change in Active Directory: ${[...new Set(mastered.map(attributeOf))].join(', ')}.`,
    }
  }
  const kept =
    user['onPremisesSyncEnabled'] === false ? paths.filter(path => formerlySyncedProperties.includes(rootOf(path))) : []
  if (kept.length === 0) return undefined
  return {
    outcome: 'failed',
    code: 'ON_PREMISES',
    message: `The user was synchronized from Active Directory earlier. Since then, only Exchange changes ${kept.join(', ')}.`,
    fix: 'Change it in Exchange Online.',
  }
}
