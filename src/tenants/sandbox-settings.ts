import type { TenantSettings } from './choose-tenant.ts'
import type { ConnectOptions } from './connect.ts'
import { given } from '../core/given.ts'

/** Connection details of a running sandbox. */
export interface SandboxConnection {
  readonly baseUrl: string
  readonly authorityUrl: string
  readonly tenantId: string
  readonly clientId: string
  readonly secretFile: string
  readonly caFile?: string
  /** Start time as an ISO time. With `pid` it identifies a sandbox among those of the same tenant. */
  readonly startedAt?: string
  readonly pid?: number
  readonly settings?: { readonly timeScale?: number }
  /** The longest time, in milliseconds, that it takes to show a change. */
  readonly lagBoundMs?: number
}

/**
 * Time scale and budget scope of a sandbox's quotas. A wait that a sandbox requested does not apply once it is stopped,
 * reset or replaced.
 */
export const sandboxPace = ({
  startedAt,
  pid,
  settings,
}: SandboxConnection): Pick<ConnectOptions, 'timeScale' | 'budgetScope'> => ({
  ...(settings?.timeScale !== undefined && { timeScale: settings.timeScale }),
  ...(startedAt !== undefined && { budgetScope: `${startedAt}/${pid ?? ''}` }),
})

/** Tenant settings of a sandbox, in the form of the configuration. */
export const sandboxSettings = ({
  baseUrl,
  authorityUrl,
  tenantId,
  clientId,
  secretFile,
  caFile,
  lagBoundMs = 0,
}: SandboxConnection): TenantSettings => ({
  tenantId,
  clientId,
  graphUrl: baseUrl,
  authorityUrl,
  ...given({ caFile }),
  lagBound: lagBoundMs / 1000,
  credential: { kind: 'secret', secret: { file: secretFile } },
})
