import { isFields, type Fields } from '../../core/json.ts'
import type { Directory, Entity } from '../directory/types.ts'
import { accessPassFaults } from './access-pass-faults.ts'
import { isGuid } from './address.ts'
import type { Call, Handler } from './call.ts'
import { readOptions } from './options.ts'
import { demandPolicyRole } from './privileged.ts'
import { entityReply, noContent } from './replies.ts'
import { writeFaults } from './write-faults.ts'

interface Target {
  readonly targetType: 'group'
  /** Id of a group, or `all_users`. */
  readonly id: string
}

/** The tenant's policy of Temporary Access Passes. @see https://learn.microsoft.com/graph/api/resources/temporaryaccesspassauthenticationmethodconfiguration */
export interface PassPolicy {
  readonly state: 'enabled' | 'disabled'
  readonly defaultLifetimeInMinutes: number
  readonly defaultLength: number
  readonly minimumLifetimeInMinutes: number
  readonly maximumLifetimeInMinutes: number
  readonly isUsableOnce: boolean
  readonly includeTargets: readonly (Target & { readonly isRegistrationRequired: boolean })[]
  readonly excludeTargets: readonly Target[]
}

const everybody = { targetType: 'group', id: 'all_users', isRegistrationRequired: false } as const

/** A policy that enables passes for everybody and changes nothing else. */
const defaults: PassPolicy = {
  state: 'enabled',
  defaultLifetimeInMinutes: 60,
  defaultLength: 8,
  minimumLifetimeInMinutes: 60,
  maximumLifetimeInMinutes: 480,
  isUsableOnce: false,
  includeTargets: [everybody],
  excludeTargets: [],
}

const id = 'TemporaryAccessPass'
const type = '#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration'

/** The policy as it is. */
export const passPolicy = ({ policies }: Directory): PassPolicy => ({ ...defaults, ...policies.get(id) })

/** Whether a user may have a pass: a member of what is included, directly or through groups, and not of what is excluded. */
export const isInPolicy = (directory: Directory, { id: user }: Pick<Entity, 'id'>): boolean => {
  const { state, includeTargets, excludeTargets } = passPolicy(directory)
  if (state === 'disabled') return false
  const groups = new Set(directory.transitiveMemberOf({ kind: 'user', id: user }).map(each => each.id))
  const matches = (target: Target): boolean => target.id === everybody.id || groups.has(target.id)
  return includeTargets.some(matches) && !excludeTargets.some(matches)
}

/** Answers `GET …/authenticationMethodConfigurations/temporaryAccessPass`. @see https://learn.microsoft.com/graph/api/temporaryaccesspassauthenticationmethodconfiguration-get */
export const readPassPolicy: Handler = call => {
  readOptions(call.request, [])
  demandPolicyRole(call, true)
  const { root } = call.request
  const { includeTargets, excludeTargets, ...rest } = passPolicy(call.directory)
  const at = `policies/authenticationMethodsPolicy/authenticationMethodConfigurations('${id}')/${type.slice(1)}/includeTargets`
  const json = {
    '@odata.type': type,
    id,
    ...rest,
    'includeTargets@odata.context': `${root}/$metadata#${at}`,
    includeTargets,
    excludeTargets,
  }
  return entityReply(root, 'authenticationMethodConfigurations/$entity', JSON.stringify(json))
}

/** Answers `PATCH …/temporaryAccessPass`. @see https://learn.microsoft.com/graph/api/temporaryaccesspassauthenticationmethodconfiguration-update */
export const updatePassPolicy: Handler = call => {
  readOptions(call.request, [])
  demandPolicyRole(call, false)
  const given = policyBody(call)
  return {
    holds: [],
    apply() {
      const { policies } = call.directory
      const after: PassPolicy = { ...passPolicy(call.directory), ...given }
      checkLifetimes(after)
      policies.set(id, { ...policies.get(id), ...given })
      return noContent
    },
  }
}

/** Answers `DELETE …/temporaryAccessPass`: the policy is the default one again. @see https://learn.microsoft.com/graph/api/temporaryaccesspassauthenticationmethodconfiguration-delete */
export const resetPassPolicy: Handler = call => {
  readOptions(call.request, [])
  demandPolicyRole(call, false)
  return {
    holds: [],
    apply() {
      call.directory.policies.set(id, undefined)
      return noContent
    },
  }
}

const within =
  (least: number, most: number) =>
  (value: unknown): boolean =>
    Number.isInteger(value) && Number(value) >= least && Number(value) <= most
const isTarget = (value: unknown): boolean =>
  isFields(value) &&
  value['targetType'] === 'group' &&
  (value['id'] === everybody.id || (typeof value['id'] === 'string' && isGuid(value['id'])))
const isTargets = (value: unknown): boolean => Array.isArray(value) && value.every(isTarget)

const tests: Readonly<Record<keyof PassPolicy, (value: unknown) => boolean>> = {
  state: value => value === 'enabled' || value === 'disabled',
  defaultLifetimeInMinutes: within(10, 43_200),
  defaultLength: within(8, 48),
  minimumLifetimeInMinutes: within(10, 43_200),
  maximumLifetimeInMinutes: within(10, 43_200),
  isUsableOnce: value => typeof value === 'boolean',
  includeTargets: isTargets,
  excludeTargets: isTargets,
}

/** @throws GraphFault 400 */
const policyBody = ({ request: { body } }: Call): Fields => {
  if (!isFields(body)) throw writeFaults.bodyMissing()
  const given: { [name: string]: unknown } = {}
  for (const [name, value] of Object.entries(body)) {
    if (name.includes('@') || name === 'id') continue
    const test = Object.hasOwn(tests, name) ? tests[name as keyof PassPolicy] : undefined
    if (!test) throw writeFaults.propertyUnknown(name)
    if (!test(value)) throw writeFaults.typeMismatch(name)
    given[name] = Array.isArray(value) ? value.map(target => targetOf(name, target as Target)) : value
  }
  return given as Fields
}

const targetOf = (name: string, target: Target): Fields => ({
  targetType: 'group',
  id: target.id.toLowerCase(),
  ...(name === 'includeTargets'
    ? { isRegistrationRequired: 'isRegistrationRequired' in target && target.isRegistrationRequired === true }
    : {}),
})

/** @throws GraphFault 400 */
const checkLifetimes = (policy: PassPolicy): void => {
  const { minimumLifetimeInMinutes: least, maximumLifetimeInMinutes: most, defaultLifetimeInMinutes: usual } = policy
  if (least > most || usual < least || usual > most) throw accessPassFaults.policyLifetimes()
}
