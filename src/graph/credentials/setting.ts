import type { Clock } from '../../core/clock.ts'
import type { Environment } from '../../core/environment.ts'

/** Sign-in settings common to all kinds of credential. */
export interface SignInSetting {
  /** Id or domain of the directory. Optional only for `azure-cli` and `token`. */
  readonly tenantId?: string
  /** Without a tenant: `https://login.microsoftonline.com`. Plain http only on loopback. */
  readonly authorityUrl: string
  /** Audience of the token: `https://graph.microsoft.com`, without a version, even behind a proxy. */
  readonly audience: string
  readonly clock: Clock
  readonly environment: Environment
  /** PEM file with additional trusted CAs. */
  readonly caFile?: string
  /** Shows instructions to a person: the device code and where to enter it. */
  readonly tell: (message: string) => void
}

/** The scope for all consented permissions. */
export const scopeOf = ({ audience }: Pick<SignInSetting, 'audience'>): string =>
  `${audience.replace(/\/$/, '')}/.default`
