import type { OperationContext } from '../../core/operation.ts'

/** Id of the target that stands for everybody. */
export const everybody = 'all_users'

interface Target {
  /** Id of a group, or `all_users`. */
  readonly id: string
}

/** Who may have a Temporary Access Pass, and for how long it is valid. */
export interface PassPolicy {
  readonly state: string
  readonly minimumLifetimeInMinutes: number
  readonly maximumLifetimeInMinutes: number
  /** Whether all passes can be used only once. */
  readonly isUsableOnce: boolean
  readonly includeTargets: readonly Target[]
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
export const readPassPolicy = async ({ graph, signal }: Pick<OperationContext, 'graph' | 'signal'>) => {
  const { body } = await graph.request<Partial<PassPolicy>>({ method: 'GET', url }, signal)
  const { includeTargets, excludeTargets } = body
  return {
    ...body,
    includeTargets: includeTargets ?? [],
    excludeTargets: excludeTargets ?? [],
  } as PassPolicy
}
