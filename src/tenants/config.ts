import type { CloudName } from '../data/clouds.ts'
import type { Protect } from './protected-objects.ts'

/**
 * A reference to a secret, never the secret itself.
 * `env` names an environment variable, `keyring` an account in the system's keyring (service `entrapipe`), `file` a file
 * that only its owner can read. Its path is relative to the configuration.
 */
export type SecretRef = { readonly env: string } | { readonly keyring: string } | { readonly file: string }

/** How to sign in. */
export type CredentialConfig =
  /** An app registration's client secret. */
  | { readonly kind: 'secret'; readonly secret: SecretRef }
  /** An app registration's certificate: PEM with certificate and private key. */
  | { readonly kind: 'certificate'; readonly certificate: SecretRef; readonly password?: SecretRef }
  /**
   * A person of a partner who has signed in to the app once, by its refresh token: the secure application model, for
   * customers by delegated administration (GDAP). `partnerTenantId` is the person's own directory, `secret` the app's. A new
   * refresh token replaces the one in the keyring or in the file.
   */
  | {
      readonly kind: 'refresh-token'
      readonly partnerTenantId: string
      readonly refreshToken: SecretRef
      readonly secret: SecretRef
    }
  /** A federated identity, as provided by Kubernetes or a CI service. */
  | { readonly kind: 'workload-identity' }
  /** The managed identity of the Azure machine that this runs on; `clientId` selects a user-assigned one. */
  | { readonly kind: 'managed-identity'; readonly clientId?: string }
  /** A person who signs in in this machine's browser. */
  | { readonly kind: 'browser' }
  /** A person who signs in in any browser, with a code. */
  | { readonly kind: 'device-code' }
  /** The sign-in of the Azure CLI. */
  | { readonly kind: 'azure-cli' }
  /** An access token in an environment variable. It is not renewed. */
  | { readonly kind: 'token'; readonly env: string }

/** The share of the tenant's quotas to use. */
export interface Quotas {
  /** Microsoft's tenant size: S under 50 users, M up to 500, L above. `tenants add` counts the users and sets it. @default 'L' */
  readonly size?: 'S' | 'M' | 'L'
  /** The share of the quotas to use, above 0 and at most 1. @default 1 */
  readonly share?: number
}

/** Default settings of all tenants. */
export interface TenantDefaults {
  /** The national cloud. @default 'global' */
  readonly cloud?: CloudName
  /** Another Graph URL (a proxy, a sandbox). Must end in `/v1.0`; https, or http on loopback. */
  readonly graphUrl?: string
  /** Another sign-in URL, without the tenant. https, or http on loopback. */
  readonly authorityUrl?: string
  /** A PEM file of additional trusted CAs; relative to the configuration. */
  readonly caFile?: string
  readonly quotas?: Quotas
  /**
   * The longest time, in seconds, that the directory takes to show a change to all readers. After a lost reply, a change is judged
   * only when this time has passed. @default 60
   */
  readonly lagBound?: number
  /** Objects that no command deletes, disables, renames or removes, besides those that are always protected. */
  readonly protect?: Protect
  /**
   * `second-person`: changes are only made from a plan (`--plan`) that somebody else made. Another person is another user of the
   * machine, and where persons sign in, another sign-in.
   */
  readonly approval?: 'second-person'
}

/** How all tenants sign in that do not say it themselves. */
interface SharedSignIn {
  /** Application id of an app registration, for tenants without one. */
  readonly clientId?: string
  /** For tenants without one: a multi-tenant app, or a person of a partner. */
  readonly credential?: CredentialConfig
}

/** One tenant as it is written in the configuration. */
export interface TenantEntry extends TenantDefaults, SharedSignIn {
  /** Id of the directory (a GUID), or one of its verified domains. */
  readonly tenantId: string
  /** Names of groups of tenants, for jobs over several. */
  readonly tags?: readonly string[]
}

/** One tenant, and how it signs in. */
export interface TenantConfig extends TenantEntry {
  /** Application id of the app registration. Required by secret, certificate, refresh-token, browser and device-code. */
  readonly clientId?: string
  readonly credential: CredentialConfig
}

/** How to sign in to an SFTP server, whose files are inputs: `sftp://user@host/folder/people-*.csv`. */
interface SftpServer {
  /** Fingerprints of the keys by which the server is known: `SHA256:…`. Another server is refused. */
  readonly hostKey: string | readonly string[]
  /** A private key in a format of OpenSSH, PEM or PuTTY. */
  readonly privateKey?: SecretRef
  /** The passphrase of the private key. */
  readonly passphrase?: SecretRef
  readonly password?: SecretRef
  /** A file is only read once there is another one with its name and this ending: `.done`. @default none is expected */
  readonly marker?: string
  /** A file is only read if its size and time stay the same for so many seconds. @default 10 */
  readonly stableSeconds?: number
}

/** Whom the server of jobs tells how they end, without any data of the directory. Exactly one of `webhook` and `mail`. */
export interface NotificationTarget {
  /**
   * `ended`: every job that ends. `problems`: those that failed, were missed, or have rows that failed or are unknown, and
   * scheduled ones without rows or that did not start. `approval`: a plan waits for a second person.
   * @default ['ended', 'approval']
   */
  readonly events?: readonly ('ended' | 'problems' | 'approval')[]
  /** @default all */
  readonly tenants?: readonly string[]
  /** @default all */
  readonly pipelines?: readonly string[]
  readonly webhook?: {
    /** https. Redirects are not followed. */
    readonly url: string
    /** Signs each message, as Standard Webhooks has it: `whsec_` and at least 24 bytes as base64. */
    readonly secret: SecretRef
    /** Whether it may be in this network, and not only in the public internet. @default false */
    readonly privateAddresses?: boolean
  }
  /** Addresses. */
  readonly mail?: readonly string[]
}

/** The server that takes mails. */
export interface MailServer {
  readonly host: string
  /** @default 587, or 465 with `tls: 'implicit'`, or 25 with `tls: 'none'` */
  readonly port?: number
  /** `none` sends readable mails, and no password. @default 'starttls' */
  readonly tls?: 'starttls' | 'implicit' | 'none'
  readonly user?: string
  readonly password?: SecretRef
  /** `entrapipe <jobs@contoso.com>` */
  readonly from: string
}

/** How the server of jobs tells others. All servers of a fleet need the same. */
interface Notifications {
  /** URL of the page, as the people who are notified can reach it. @default that of the server */
  readonly link?: string
  /** Required by `mail`. */
  readonly smtp?: MailServer
  /** A PEM file of additional trusted CAs; relative to the configuration. */
  readonly caFile?: string
  /** By names of your choice. */
  readonly targets: { readonly [name: string]: NotificationTarget }
}

/** What `entrapipe.config.ts` exports. */
export interface Config {
  /** Tenants by their name for `--tenant`. `sandbox` is reserved. */
  readonly tenants: { readonly [name: string]: TenantEntry }
  readonly defaults?: TenantDefaults & SharedSignIn
  /** SFTP servers by `host`, or `host:port` if the port is not 22. */
  readonly sftp?: { readonly [host: string]: SftpServer }
  readonly notifications?: Notifications
  /**
   * Where jobs of a server may write besides its own files, by names of small letters, digits and dashes: absolute folders, or addresses
   * of folders in Azure Blob Storage or S3. Requests only give the name: `lake:users/`. Files are in a folder of their tenant there.
   */
  readonly places?: { readonly [name: string]: string }
}

/** A configuration in which each tenant says how it signs in. */
export interface CompleteConfig extends Config {
  readonly tenants: { readonly [name: string]: TenantConfig }
}

/**
 * Returns the configuration unchanged; use it for type checking.
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
