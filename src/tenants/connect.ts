import type { Dispatcher } from 'undici'
import type { Budget } from '../core/budget.ts'
import type { Clock } from '../core/clock.ts'
import type { Environment } from '../core/environment.ts'
import { given } from '../core/given.ts'
import { clouds } from '../data/clouds.ts'
import { trustedAuthorities } from '../graph/authorities.ts'
import { createGraph, type GraphClient } from '../graph/create-graph.ts'
import type { Credential } from '../graph/credential.ts'
import { createCredential } from '../graph/credentials/create-credential.ts'
import { createDispatcher } from '../graph/dispatcher.ts'
import type { OnGraphEvent } from '../graph/events.ts'
import { proxyFor } from '../graph/proxy.ts'
import { quotasOf } from '../graph/quotas.ts'
import { readToken } from '../graph/read-token.ts'
import type { TenantSettings } from './choose-tenant.ts'
import type { CredentialConfig, SecretRef } from './config.ts'
import { credentialSpec } from './credential-spec.ts'
import { directoryId } from './directory-id.ts'
import { keepRefreshToken } from './keep-refresh-token.ts'
import { explained, relationshipsWith, type Relationship } from './partner-access.ts'
import { readSecret } from './read-secret.ts'
import { isGuid } from '../core/guid.ts'

/** Options of `openGraph`. */
export interface ConnectOptions {
  readonly environment: Environment
  readonly clock: Clock
  readonly budget: Budget
  /** Refuses requests that change the directory. @default false */
  readonly readOnly?: boolean
  /** The share of the write quotas to use, above 0 and at most 1. @default the configured share of all quotas */
  readonly writeShare?: number
  /** Shows instructions to a person, such as a device code. */
  readonly tell: (message: string) => void
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: OnGraphEvent
  /** Time scale of a sandbox: how much faster than real time quotas refill. @default 1 */
  readonly timeScale?: number
  /** See `GraphOptions.budgetScope`. */
  readonly budgetScope?: string
  /** @default 900,000 */
  readonly waitBudgetMs?: number
  /** @default the environment, the keyring and files */
  readonly secretOf?: (ref: SecretRef) => Promise<string>
}

/**
 * Creates a client for the chosen tenant. Nothing is sent to Graph yet. If the settings lack the directory's id, it is
 * requested: by domain at the sign-in host, else by signing in.
 *
 * @param name of the tenant, for messages
 * @throws EntrapipeError `SECRET_MISSING`, `SECRET_EXPOSED`, `FILE_UNREADABLE` (the CA file), `SIGN_IN_FAILED`,
 *   `GRAPH_UNAVAILABLE`
 */
export const openGraph = async (
  name: string,
  settings: TenantSettings,
  options: ConnectOptions,
): Promise<GraphClient> => {
  const { environment, clock, budget, readOnly, onEvent, timeScale, writeShare, budgetScope, waitBudgetMs } = options
  const { secretOf = ref => readSecret(ref, environment) } = options
  const cloud = clouds[settings.cloud ?? 'global']
  const rootUrl = settings.graphUrl ?? `${cloud.graphUrl}/v1.0`
  const authorityUrl = settings.authorityUrl ?? cloud.authorityUrl
  const keep = (ref: SecretRef) => keepRefreshToken(ref, { environment, clock, tell: options.tell })
  const signIn = createCredential(await credentialSpec(settings, secretOf, keep), {
    ...given({ tenantId: settings.tenantId }),
    authorityUrl,
    audience: cloud.graphUrl,
    clock,
    environment,
    ...given({ caFile: settings.caFile }),
    tell: options.tell,
  })
  const credential = isOfCustomer(settings)
    ? explained(signIn, name, signal => customerRelationships(name, settings, { ...options, ...given({ signal }) }))
    : signIn
  const ca = await trustedAuthorities(environment, settings.caFile)
  const to = (url: string): Dispatcher => {
    const proxy = proxyFor(new URL(url), environment)
    return createDispatcher({ ...given({ proxy, ca }) })
  }
  const dispatcher = to(rootUrl)
  try {
    const id = await idOf(settings, credential, authorityUrl, to, options)
    const client = createGraph({
      tenant: { name, id },
      rootUrl,
      credential,
      budget,
      quotas: quotasOf({
        ...settings.quotas,
        size: settings.quotas?.size ?? 'L',
        ...given({ writeShare, timeScale }),
      }),
      ...given({ budgetScope }),
      clock,
      dispatcher,
      ...given({ readOnly, onEvent, waitBudgetMs }),
    })
    return { ...client, close: async () => await dispatcher.destroy() }
  } catch (error) {
    await dispatcher.destroy()
    throw error
  }
}

/**
 * The relationships of the partner with a tenant that signs in by them.
 *
 * @param name of the tenant, for messages
 * @throws EntrapipeError as `openGraph`, `NOT_PERMITTED`
 */
export const customerRelationships = async (
  name: string,
  settings: TenantSettings,
  options: ConnectOptions,
): Promise<readonly Relationship[]> => {
  if (!isOfCustomer(settings)) return []
  const { tenantId, credential } = settings
  // What a check of a customer costs does not belong to the quotas of a run.
  const { budgetScope: _, writeShare: __, onEvent: ___, ...rest } = options
  const reader = { ...rest, readOnly: true }
  const customer = isGuid(tenantId) ? tenantId : await customerId(name, settings, tenantId, options)
  const partner = await openGraph(`${name}, partner`, { ...settings, tenantId: credential.partnerTenantId }, reader)
  try {
    return await relationshipsWith(partner, customer, options.signal)
  } finally {
    await partner.close()
  }
}

/** Whether a tenant is a customer's, whose partner signs in. */
export const isOfCustomer = (
  settings: TenantSettings,
): settings is TenantSettings & {
  readonly tenantId: string
  readonly credential: Extract<CredentialConfig, { readonly kind: 'refresh-token' }>
} =>
  settings.credential.kind === 'refresh-token' &&
  settings.tenantId !== undefined &&
  settings.tenantId.toLowerCase() !== settings.credential.partnerTenantId.toLowerCase()

const customerId = async (
  name: string,
  settings: TenantSettings,
  domain: string,
  { environment, clock, signal }: ConnectOptions,
): Promise<string> => {
  const authorityUrl = settings.authorityUrl ?? clouds[settings.cloud ?? 'global'].authorityUrl
  const ca = await trustedAuthorities(environment, settings.caFile)
  const proxy = proxyFor(new URL(authorityUrl), environment)
  const dispatcher = createDispatcher({ ...given({ proxy, ca }) })
  try {
    return await directoryId({ authorityUrl, domain, kind: 'refresh-token', clock, dispatcher, signal })
  } finally {
    await dispatcher.destroy()
  }
}

const idOf = async (
  { tenantId }: TenantSettings,
  credential: Credential,
  authorityUrl: string,
  to: (url: string) => Dispatcher,
  { clock, signal }: ConnectOptions,
): Promise<string> => {
  if (tenantId === undefined) return readToken((await credential.token(signal ? { signal } : {})).token).tenantId
  if (isGuid(tenantId)) return tenantId.toLowerCase()
  const dispatcher = to(authorityUrl)
  try {
    return await directoryId({ authorityUrl, domain: tenantId, kind: credential.kind, clock, dispatcher, signal })
  } finally {
    await dispatcher.destroy()
  }
}
