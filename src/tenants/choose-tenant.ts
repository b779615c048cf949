import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { CredentialConfig, SecretRef, TenantConfig, TenantDefaults } from './config.ts'
import { didYouMean } from './did-you-mean.ts'
import { environmentAuthority, environmentSignIn } from './environment-sign-in.ts'
import type { LoadedConfig } from './load-config.ts'
import { protectWithin, type ProtectElsewhere } from './protect-within.ts'
import { isTenantId } from './tenant-names.ts'

/** Name of the embedded tenant. */
export const sandboxName = 'sandbox'

/** Values of `--auth`: sign-ins that need no configuration. */
export const bareAuth = ['azure-cli', 'environment', 'managed-identity', 'workload-identity'] as const
/** One of `bareAuth`. */
export type BareAuth = (typeof bareAuth)[number]

/** The tenant options of a command. */
export interface TenantWish {
  /** `--tenant`. */
  readonly tenant?: string | undefined
  /** `--auth`. */
  readonly auth?: BareAuth | undefined
  /** True if the command changes the directory; then there is no default tenant. @default false */
  readonly writes?: boolean
}

/**
 * The chosen tenant. `tenantId` is absent if only the token has it (`--auth azure-cli` without a tenant). Paths are
 * absolute. The sandbox has no settings here, since they are known only when it is started.
 */
type ChosenTenant = { readonly name: typeof sandboxName } | { readonly name: string; readonly settings: TenantSettings }

/** Settings of a tenant, whose id may be known only after signing in. */
export type TenantSettings = Omit<TenantConfig, 'tenantId'> & {
  readonly tenantId?: string
  /** What other entries of the configuration protect, whose directory may be the same one under another name. */
  readonly protectElsewhere?: readonly ProtectElsewhere[]
}

/** A path of a configuration as an absolute one. */
export const absoluteIn = (folder: string, path: string, home: string): string =>
  /^~[\\/]/.test(path) ? join(home, path.slice(2)) : isAbsolute(path) ? path : resolve(folder, path)

const defaultsOf = (loaded: LoadedConfig | undefined, { home }: Environment): TenantDefaults => {
  // How configured tenants sign in is not for others.
  const { caFile, clientId: _, credential: __, ...defaults } = loaded?.config.defaults ?? {}
  return {
    ...defaults,
    ...(loaded && caFile !== undefined && { caFile: absoluteIn(dirname(loaded.file), caFile, home) }),
  }
}

/** The settings of a configured tenant, with defaults applied and absolute paths. */
export const settingsOf = ({ file, config }: LoadedConfig, name: string, home: string): TenantSettings => {
  const folder = dirname(file)
  const ref = (secret: SecretRef): SecretRef =>
    'file' in secret ? { file: absoluteIn(folder, secret.file, home) } : secret
  const located = (credential: CredentialConfig): CredentialConfig => {
    if (credential.kind === 'secret') return { ...credential, secret: ref(credential.secret) }
    if (credential.kind === 'refresh-token')
      return { ...credential, secret: ref(credential.secret), refreshToken: ref(credential.refreshToken) }
    if (credential.kind !== 'certificate') return credential
    const { certificate, password } = credential
    return { ...credential, certificate: ref(certificate), ...(password && { password: ref(password) }) }
  }
  const tenant = config.tenants[name]!
  const caFile = tenant.caFile ?? config.defaults?.caFile
  const quotas = { ...config.defaults?.quotas, ...tenant.quotas }
  return {
    ...config.defaults,
    ...tenant,
    credential: located(tenant.credential),
    ...(caFile !== undefined && { caFile: absoluteIn(folder, caFile, home) }),
    ...(Object.keys(quotas).length > 0 && { quotas }),
    ...protectWithin(config, tenant.tenantId),
  }
}

/**
 * Chooses the tenant of a command. A single configured tenant is the default for reading. Writing has no default.
 *
 * @throws EntrapipeError `USAGE` for `--auth` with the sandbox, `TENANT_MISSING` if none is named and there is no default (facts: tenants),
 *   `TENANT_UNKNOWN` for a name that is not in the configuration
 */
export const chooseTenant = (
  loaded: LoadedConfig | undefined,
  { tenant, auth, writes = false }: TenantWish,
  environment: Environment,
): ChosenTenant => {
  const names = Object.keys(loaded?.config.tenants ?? {})
  if (tenant?.toLowerCase() === sandboxName) {
    if (auth === undefined) return { name: sandboxName }
    throw new EntrapipeError('USAGE', `--auth ${auth} does not apply to the sandbox, which has a sign-in of its own.`, {
      fix: 'Leave --auth out.',
    })
  }
  if (loaded && tenant !== undefined && names.includes(tenant)) return configured(loaded, tenant, auth, environment)
  if (auth !== undefined && tenant !== undefined && isTenantId(tenant))
    return {
      name: tenant,
      settings: {
        ...signedInAs(auth, defaultsOf(loaded, environment), environment, tenant),
        ...(loaded && protectWithin(loaded.config, tenant)),
      },
    }
  if (tenant !== undefined) throw unknown(tenant, names, loaded)
  if (writes) throw missingForWrite(names, auth)
  if (auth !== undefined)
    return { name: auth, settings: signedInAs(auth, defaultsOf(loaded, environment), environment) }
  if (loaded && names.length === 1) return configured(loaded, names[0]!, auth, environment)
  throw missing(names, loaded)
}

const configured = (
  loaded: LoadedConfig,
  name: string,
  auth: BareAuth | undefined,
  environment: Environment,
): ChosenTenant => {
  const settings = settingsOf(loaded, name, environment.home)
  return { name, settings: auth === undefined ? settings : signedInAs(auth, settings, environment, settings.tenantId) }
}

/** Settings with the credential replaced by `--auth`. */
const signedInAs = (
  auth: BareAuth,
  settings: TenantDefaults,
  environment: Environment,
  tenantId?: string,
): TenantSettings => {
  if (auth !== 'environment') return { ...settings, ...given({ tenantId }), credential: { kind: auth } }
  return { ...settings, ...environmentAuthority(environment, settings), ...environmentSignIn(environment, tenantId) }
}

const unknown = (tenant: string, names: readonly string[], loaded: LoadedConfig | undefined): EntrapipeError =>
  new EntrapipeError(
    'TENANT_UNKNOWN',
    loaded
      ? `Tenant "${tenant}" was not found in ${loaded.file}.${didYouMean(tenant, [...names, sandboxName])}`
      : `Tenant "${tenant}" was not found, because there is no configuration yet.${didYouMean(tenant, [sandboxName])}`,
    {
      facts: { tenant, tenants: names },
      fix: `${names.length > 0 ? `It has ${names.join(', ')}. ` : ''}Add it with \`entrapipe tenants add ${tenant}\`${
        isTenantId(tenant) ? ', or use your current sign-in with --auth azure-cli' : ''
      }.`,
    },
  )

const missing = (names: readonly string[], loaded: LoadedConfig | undefined): EntrapipeError =>
  names.length > 1
    ? new EntrapipeError('TENANT_MISSING', `${loaded!.file} has several tenants: ${names.join(', ')}.`, {
        facts: { tenants: names },
        fix: `Choose one with --tenant, for example --tenant ${names[0]}.`,
      })
    : new EntrapipeError('TENANT_MISSING', 'No tenant is configured yet.', {
        facts: { tenants: [] },
        fix: 'Use the embedded tenant with --tenant sandbox, or add yours with `entrapipe tenants add`.',
      })

const missingForWrite = (names: readonly string[], auth: BareAuth | undefined): EntrapipeError =>
  new EntrapipeError('TENANT_MISSING', 'A command that changes a directory requires --tenant.', {
    facts: { tenants: names },
    fix: auth
      ? "Add --tenant and the directory's id or domain."
      : names.length > 1
        ? `Choose one of ${names.join(', ')}.`
        : `Add --tenant ${names[0] ?? sandboxName}.`,
  })
