import type { TenantSettings } from './choose-tenant.ts'
import type { ConnectOptions } from './connect.ts'
import { given } from '../core/given.ts'

/** What a sandbox says of itself when it serves. */
export interface SandboxConnection {
  readonly baseUrl: string
  readonly authorityUrl: string
  readonly tenantId: string
  readonly clientId: string
  readonly secretFile: string
  readonly caFile?: string
  /** When this one began to serve, as an ISO time; with `pid` it tells one sandbox from the next of the same tenant. */
  readonly startedAt?: string
  readonly pid?: number
  readonly settings?: { readonly timeScale?: number }
}

/**
 * How a sandbox's quotas run, and whose they are: one that was stopped, reset or replaced takes what it asked its callers
 * to wait with it.
 */
export const sandboxPace = ({
  startedAt,
  pid,
  settings,
}: SandboxConnection): Pick<ConnectOptions, 'timeScale' | 'budgetScope'> => ({
  ...(settings?.timeScale !== undefined && { timeScale: settings.timeScale }),
  ...(startedAt !== undefined && { budgetScope: `${startedAt}/${pid ?? ''}` }),
})

/** The settings of the embedded tenant, or of any sandbox; the same as if they stood in a configuration. */
export const sandboxSettings = ({
  baseUrl,
  authorityUrl,
  tenantId,
  clientId,
  secretFile,
  caFile,
}: SandboxConnection): TenantSettings => ({
  tenantId,
  clientId,
  graphUrl: baseUrl,
  authorityUrl,
  ...given({ caFile }),
  credential: { kind: 'secret', secret: { file: secretFile } },
})
