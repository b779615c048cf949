import { join } from 'node:path'
import { organizationOf } from '../directory/organization.ts'
import { createPartnership, firstAgreements, type KeptPartnership, type Partnership } from '../directory/partnership.ts'
import type { Directory } from '../directory/types.ts'
import type { TenantNames } from '../directory/user.ts'
import { createConsents } from './consents.ts'
import { keptText, writePrivate } from './private-files.ts'
import type { RefreshTokens } from './refresh-tokens.ts'
import { sampleOf } from './sample.ts'
import { registerSharedApp, type SharedApp } from './shared-app.ts'

/** What several tenants share: one app, and the partnership of the first one with the others. */
export interface SharedParts {
  readonly app: SharedApp
  readonly partnership: Partnership
}

/** What a client needs to use the shared app, also as a partner. */
export interface ReachedShared {
  readonly clientId: string
  readonly secretFile: string
  /** Refresh token of a user of the first tenant. */
  readonly refreshTokenFile: string
  readonly userPrincipalName: string
}

/** Makes what the tenants share, in the directory of the first one. */
export const createSharedParts = async (options: {
  readonly directory: Directory
  readonly stateDir: string
  readonly others: readonly TenantNames[]
  readonly onDefect: (error: unknown) => void
}): Promise<SharedParts> => {
  const { directory, stateDir } = options
  const customers = options.others.map(names => ({
    tenantId: names.tenantId,
    displayName: String(organizationOf(names)['displayName']),
  }))
  const app = await registerSharedApp(directory, stateDir, app => createConsents(directory, app).give('all'))
  const path = join(stateDir, 'partnership.json')
  const fresh = firstAgreements(directory.tenantId, customers, directory.now())
  const text = await keptText(path, () => JSON.stringify({ user: sampleOf(directory).userId, agreements: fresh }))
  const { user, agreements } = JSON.parse(text) as KeptPartnership
  const kept = customers.flatMap(({ tenantId }) => {
    const of = (each: (typeof fresh)[number]) => each.customer.tenantId === tenantId
    return agreements.find(of) ?? fresh.filter(of)
  })
  const keep = (now: KeptPartnership): void => {
    writePrivate(path, JSON.stringify(now)).catch(options.onDefect)
  }
  return { app, partnership: createPartnership(directory, { user, agreements: kept }, keep) }
}

/** Writes a refresh token for the user of the partner, and says how the shared app is used. */
export const reachShared = async (
  { app, partnership }: SharedParts,
  directory: Directory,
  refreshTokens: RefreshTokens,
  stateDir: string,
): Promise<ReachedShared> => {
  const refreshTokenFile = join(stateDir, 'partner-refresh-token')
  await writePrivate(refreshTokenFile, refreshTokens.issue({ user: partnership.user, app: app.appId }))
  const user = directory.collection('user').get(partnership.user, 'truth')
  return {
    clientId: app.appId,
    secretFile: app.secretFile,
    refreshTokenFile,
    userPrincipalName: String(user?.['userPrincipalName'] ?? ''),
  }
}
