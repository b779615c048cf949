import type { Clock } from '../../core/clock.ts'
import type { Environment } from '../../core/environment.ts'

/** Where and how to sign in, the same for all kinds of credential. */
export interface SignInSetting {
  /** Id or domain of the directory. Only `azure-cli` and `token` can do without. */
  readonly tenantId?: string
  /** Without a tenant: `https://login.microsoftonline.com`. Plain http only on loopback. */
  readonly authorityUrl: string
  /** Which Graph the token is for: `https://graph.microsoft.com`, without a version, whatever proxy stands before it. */
  readonly audience: string
  readonly clock: Clock
  readonly environment: Environment
  /** PEM file of further authorities to trust. */
  readonly caFile?: string
  /** Shows a person what to do: the device code and where to enter it. */
  readonly tell: (message: string) => void
}

/** The scope of everything that was consented to. */
export const scopeOf = ({ audience }: Pick<SignInSetting, 'audience'>): string =>
  `${audience.replace(/\/$/, '')}/.default`
