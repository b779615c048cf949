import type { CloudName } from '../data/clouds.ts'

/**
 * Where a secret is: never the secret itself.
 * `env` names an environment variable, `keyring` an account in the system's keyring (service `entrapipe`), `file` a file
 * that only its owner can read; its path is relative to the configuration.
 */
export type SecretRef = { readonly env: string } | { readonly keyring: string } | { readonly file: string }

/** How to sign in. */
export type CredentialConfig =
  /** An app registration's client secret. */
  | { readonly kind: 'secret'; readonly secret: SecretRef }
  /** An app registration's certificate: PEM with certificate and private key. */
  | { readonly kind: 'certificate'; readonly certificate: SecretRef; readonly password?: SecretRef }
  /** A federated identity, as Kubernetes or a pipeline service injects it. */
  | { readonly kind: 'workload-identity' }
  /** The identity of the Azure machine this runs on; `clientId` picks a user-assigned one. */
  | { readonly kind: 'managed-identity'; readonly clientId?: string }
  /** A person, in the browser of this machine. */
  | { readonly kind: 'browser' }
  /** A person, in any browser, with a code. */
  | { readonly kind: 'device-code' }
  /** Whoever is signed in to the Azure CLI. */
  | { readonly kind: 'azure-cli' }
  /** A ready access token in an environment variable. It is not refreshed. */
  | { readonly kind: 'token'; readonly env: string }

/** What of the tenant's quotas this app may use. */
export interface Quotas {
  /** As Microsoft sizes tenants: S under 50 users, M up to 500, L above. `tenants add` counts and writes it. @default 'L' */
  readonly size?: 'S' | 'M' | 'L'
  /** The part of the quotas to use, above 0 and at most 1. @default 1 */
  readonly share?: number
}

/** Settings that all tenants have unless they say otherwise. */
export interface TenantDefaults {
  /** The national cloud. @default 'global' */
  readonly cloud?: CloudName
  /** Another Graph host (a proxy, a sandbox). Ends in `/v1.0`; https, or http on loopback. */
  readonly graphUrl?: string
  /** Another sign-in host, without the tenant. https, or http on loopback. */
  readonly authorityUrl?: string
  /** A PEM file of certificate authorities to trust besides the known ones; relative to the configuration. */
  readonly caFile?: string
  readonly quotas?: Quotas
}

/** One tenant of the configuration. */
export interface TenantConfig extends TenantDefaults {
  /** The directory's id (a GUID), or one of its verified domains. */
  readonly tenantId: string
  /** The app registration's application id. Needed by secret, certificate, browser and device-code. */
  readonly clientId?: string
  readonly credential: CredentialConfig
}

/** What `entrapipe.config.ts` exports. */
export interface Config {
  /** By the name that `--tenant` takes. `sandbox` is reserved. */
  readonly tenants: { readonly [name: string]: TenantConfig }
  readonly defaults?: TenantDefaults
}

/**
 * Gives a configuration file its types; it changes nothing.
 *
 * @example
 * export default defineConfig({
 *   tenants: {
 *     contoso: {
 *       tenantId: '11111111-2222-3333-4444-555555555555',
 *       clientId: '66666666-7777-8888-9999-000000000000',
 *       credential: { kind: 'secret', secret: { env: 'CONTOSO_SECRET' } },
 *     },
 *   },
 * })
 */
export const defineConfig = (config: Config): Config => config
