import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Finding, OperationContext, Values } from '../../core/operation.ts'
import { readListings } from '../../graph/read-listings.ts'
import { graphTime } from '../../operations/objects/graph-time.ts'
import { readEach } from '../../operations/objects/read-each.ts'
import { everybody, readPassPolicy, type PassPolicy } from '../../operations/users/pass-policy.ts'
import type { OnboardOptions } from './options.ts'

/** Minutes for which a pass is valid, unless the policy does not allow that. */
const usualMinutes = 60

/** What passes are made. */
interface Passes {
  /** Of each pass, as `create-access-pass` takes it. */
  readonly values: Values
  /** Why a person cannot have one; undefined who can. @param groups ids of those of which it will be a member */
  refusal(groups: readonly string[], account: string | undefined): Promise<Finding | undefined>
}

const invalid = (message: string, fix: string): EntrapipeError => new EntrapipeError('OPTION_INVALID', message, { fix })

const lifetimeIn = (
  { minimumLifetimeInMinutes: least = 0, maximumLifetimeInMinutes: most = Infinity }: PassPolicy,
  asked: number | undefined,
): number => {
  if (asked !== undefined && (asked < least || asked > most))
    throw invalid(
      `The policy of the tenant allows passes of ${most === Infinity ? `at least ${least}` : `${least} to ${most}`} minutes, and --pass-minutes is ${asked}.`,
      'Choose another number, or change the policy of Temporary Access Passes.',
    )
  return asked ?? Math.min(Math.max(usualMinutes, least), most)
}

const notInPolicy: Finding = {
  outcome: 'failed',
  code: 'PASS_NOT_ALLOWED',
  message: 'The policy of Temporary Access Passes does not include the person.',
  fix: 'Add a group of the policy to the row or with --group, or change the policy.',
}

/**
 * Reads the policy of Temporary Access Passes.
 *
 * @throws EntrapipeError `OPTION_INVALID` if it does not allow what the command asks for, `NOT_PERMITTED`
 */
export const openPasses = async (
  { lifetimeInMinutes, startDateTime }: NonNullable<OnboardOptions['pass']>,
  context: OperationContext,
): Promise<Passes> => {
  const policy = await readPassPolicy(context)
  const { state = 'enabled', includeTargets = [{ id: everybody }] } = policy
  if (state !== 'enabled' || includeTargets.length === 0)
    throw invalid(
      'The policy of the tenant does not allow Temporary Access Passes.',
      'Leave --access-pass out, or enable the method for these people.',
    )
  const values = {
    lifetimeInMinutes: lifetimeIn(policy, lifetimeInMinutes),
    ...(policy.isUsableOnce && { isUsableOnce: true }),
    ...given({ startDateTime }),
  }
  const nowMs = startDateTime === undefined ? undefined : await graphTime(context)
  if (nowMs !== undefined && Date.parse(startDateTime!) < nowMs)
    throw invalid(`--pass-start is ${startDateTime!}, which is in the past.`, 'Choose a later time, or leave it out.')

  const included = new Set(includeTargets.map(({ id }) => id.toLowerCase()))
  const excluded = new Set(policy.excludeTargets.map(({ id }) => id.toLowerCase()))
  const isForAll = included.has(everybody)
  if (isForAll && excluded.size === 0) return { values, refusal: async () => undefined }

  const read = await readEach(
    [...included].filter(id => id !== everybody).map(id => `/groups/${id}?$select=id,groupTypes`),
    context,
  )
  // Who becomes a member of it, only its rule knows.
  const mayBeDynamic = read.some(
    group => Array.isArray(group?.['groupTypes']) && group['groupTypes'].includes('DynamicMembership'),
  )
  const parents = new Map<string, readonly string[]>()
  const within = async (path: string): Promise<readonly string[]> => {
    const known = parents.get(path)
    if (known) return known
    const [found = []] = await readListings<{ readonly id: string }>(context, [
      `${path}/transitiveMemberOf?$select=id&$top=999`,
    ])
    const ids = (found ?? []).map(({ id }) => id.toLowerCase())
    if (path.startsWith('/groups')) parents.set(path, ids)
    return ids
  }
  return {
    values,
    async refusal(groups, account) {
      const all = new Set(groups)
      for (const group of groups) for (const id of await within(`/groups/${group}`)) all.add(id)
      if (account !== undefined) for (const id of await within(`/users/${account}`)) all.add(id)
      if ([...excluded].some(id => id === everybody || all.has(id))) return notInPolicy
      return isForAll || mayBeDynamic || [...included].some(id => all.has(id)) ? undefined : notInPolicy
    },
  }
}
