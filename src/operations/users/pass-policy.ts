import { given } from '../../core/given.ts'
import { isFields, type Fields } from '../../core/json.ts'
import type { OperationContext } from '../../core/operation.ts'

/** Id of the target that stands for everybody. */
export const everybody = 'all_users'

interface Target {
  /** Id of a group, or `all_users`. */
  readonly id: string
}

/** Who may have a Temporary Access Pass, and for how long it is valid. What is absent, Graph did not say: it then judges each pass itself. */
export interface PassPolicy {
  readonly state?: string
  readonly minimumLifetimeInMinutes?: number
  readonly maximumLifetimeInMinutes?: number
  /** Whether all passes can be used only once. */
  readonly isUsableOnce: boolean
  readonly includeTargets?: readonly Target[]
  /** Takes precedence. */
  readonly excludeTargets: readonly Target[]
}

const url = '/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/temporaryAccessPass'

/**
 * Reads the policy of the tenant.
 *
 * @throws EntrapipeError `NOT_PERMITTED`
 * @see https://learn.microsoft.com/graph/api/temporaryaccesspassauthenticationmethodconfiguration-get
 */
export const readPassPolicy = async ({
  graph,
  signal,
}: Pick<OperationContext, 'graph' | 'signal'>): Promise<PassPolicy> => {
  const { body } = await graph.request<Fields>({ method: 'GET', url }, signal)
  const { state, minimumLifetimeInMinutes, maximumLifetimeInMinutes, isUsableOnce } = body
  return {
    ...given({
      state: typeof state === 'string' ? state : undefined,
      minimumLifetimeInMinutes: numberIn(minimumLifetimeInMinutes),
      maximumLifetimeInMinutes: numberIn(maximumLifetimeInMinutes),
      includeTargets: targetsIn(body['includeTargets']),
    }),
    isUsableOnce: isUsableOnce === true,
    excludeTargets: targetsIn(body['excludeTargets']) ?? [],
  }
}

const numberIn = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

const targetsIn = (value: unknown): readonly Target[] | undefined =>
  Array.isArray(value)
    ? value.flatMap(each => (isFields(each) && typeof each['id'] === 'string' ? [{ id: each['id'] }] : []))
    : undefined
