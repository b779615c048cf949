import type { TenantSettings } from './choose-tenant.ts'

/** What a sandbox says of itself when it serves. */
export interface SandboxConnection {
  readonly baseUrl: string
  readonly authorityUrl: string
  readonly tenantId: string
  readonly clientId: string
  readonly secretFile: string
  readonly caFile?: string
}

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
  ...(caFile !== undefined && { caFile }),
  credential: { kind: 'secret', secret: { file: secretFile } },
})
