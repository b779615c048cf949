import { isDeepStrictEqual } from 'node:util'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { CredentialConfig, SecretRef, TenantConfig } from '../../tenants/config.ts'
import type { TenantReport } from '../../tenants/inspect-tenant.ts'
import type { LoadedConfig } from '../../tenants/load-config.ts'
import { kindsWithClient } from '../../tenants/schema.ts'
import { secretAccounts } from '../../tenants/secret-account.ts'
import { removeSecret } from '../../tenants/store-secret.ts'
import { updateEntry, type Written } from '../../tenants/write-entry.ts'
import type { Cli } from '../cli.ts'
import { answerFrom } from './answer-from.ts'
import { openAsk, type Ask } from './ask.ts'
import { collectCredential, configPath } from './collect-credential.ts'
import type { CollectedEntry } from './collect-entry.ts'
import { clientIdQuestion } from './client-id.ts'
import { configured } from './configured.ts'
import { kindOf, type CredentialOptions } from './entry-options.ts'
import { keepTyped, secretsIn } from './keep-typed.ts'
import { signIn } from './sign-in.ts'

interface OldSecret {
  readonly outcome: 'removed' | 'kept'
  readonly secret: SecretRef
}

/** What was updated. `report` is absent after `--no-check`. */
export interface UpdatedTenant {
  readonly name: string
  readonly config: TenantConfig
  readonly written: Written
  /** Secrets that the entry no longer refers to. */
  readonly old: readonly OldSecret[]
  readonly report?: TenantReport
}

/**
 * Gives a tenant another credential: signs in with it, stores a typed secret, writes the entry. Nothing is stored before the
 * sign-in has worked, and the old secrets are removed last, so that a failure leaves a configuration that works.
 */
export const updateTenant = async (name: string, options: CredentialOptions, cli: Cli): Promise<UpdatedTenant> => {
  const { loaded, entry } = await configured(name, cli)
  const ask = await openAsk(cli)
  try {
    let next = await collected(name, entry, options, { loaded, ask, cli })
    let report: TenantReport | undefined
    if (options.check)
      [next, report] = await signIn(next, { loaded, configFile: loaded.file, ask, cli, canChange: ['client'] })
    const { config, written } = await keepTyped(
      { ...next, config: { ...next.config, tenantId: entry.tenantId } },
      loaded.file,
      loaded,
      cli,
      changed => updateEntry(loaded, name, changed),
    )
    const old = written.outcome === 'updated' ? await discardOld(name, loaded, config, cli) : []
    return { name, config, written, old, ...given({ report }) }
  } finally {
    ask?.close()
  }
}

interface Walk {
  readonly loaded: LoadedConfig
  readonly ask: Ask | undefined
  readonly cli: Cli
}

/** The entry with the credential that the options name; the kind stays where they name none. */
const collected = async (
  name: string,
  entry: TenantConfig,
  options: CredentialOptions,
  { loaded, ask, cli }: Walk,
): Promise<CollectedEntry> => {
  const kind = kindOf(options) ?? entry.credential.kind
  if (kind === entry.credential.kind && !['secret', 'certificate', 'token'].includes(kind) && !options.clientId)
    throw new EntrapipeError('USAGE', `${name} signs in with ${kind}, which has no secret to update.`, {
      fix: 'To sign in another way, give --credential; `entrapipe tenants update --help` lists all options.',
    })
  const value = answerFrom(ask, 'update')
  const known = options.clientId ?? entry.clientId
  const clientId =
    known === undefined && !kindsWithClient.includes(kind)
      ? undefined
      : await value('--client-id', known, clientIdQuestion)
  const { cwd } = cli.environment
  const path = (text: string): string => configPath(text, cwd, loaded.file)
  const { credential, typed } = await collectCredential(kind, options, { ask, value, path, stdin: cli.stdin })
  const config = { ...entry, credential: withPassword(credential, entry.credential, options) }
  return {
    name,
    config: kind === 'managed-identity' ? config : { ...config, ...given({ clientId }) },
    ...given({ typed }),
  }
}

/** A renewed certificate keeps the password of its key, unless the options name another one, or none. */
const withPassword = (
  credential: CredentialConfig,
  before: CredentialConfig,
  { certificatePassword = true, certificatePasswordEnv }: CredentialOptions,
): CredentialConfig => {
  if (certificatePassword)
    return credential.kind === 'certificate' && before.kind === 'certificate'
      ? { ...given({ password: before.password }), ...credential }
      : credential
  if (credential.kind === 'certificate' && certificatePasswordEnv === undefined) return credential
  throw new EntrapipeError(
    'USAGE',
    credential.kind === 'certificate'
      ? '--no-certificate-password and --certificate-password-env cannot be combined.'
      : `--no-certificate-password is for a certificate, but ${credential.kind} was chosen. Leave it out.`,
  )
}

/**
 * Removes the old secrets that were stored for this tenant, where nothing else in the configuration uses them. The others belong
 * to somebody else and are kept.
 */
const discardOld = async (
  name: string,
  loaded: LoadedConfig,
  updated: TenantConfig,
  { environment }: Cli,
): Promise<readonly OldSecret[]> => {
  const { file, config } = loaded
  const now: LoadedConfig = { ...loaded, config: { ...config, tenants: { ...config.tenants, [name]: updated } } }
  const inUse = (tenant: string, secret: SecretRef): boolean =>
    secretsIn(now, tenant, environment.home).some(other => isDeepStrictEqual(other, secret))
  const { own } = secretAccounts(file, name, environment)
  const old: OldSecret[] = []
  for (const secret of secretsIn(loaded, name, environment.home)) {
    if (inUse(name, secret)) continue
    const isFree = own(secret) !== undefined && !Object.keys(now.config.tenants).some(tenant => inUse(tenant, secret))
    old.push({ outcome: isFree && (await isRemoved(secret)) ? 'removed' : 'kept', secret })
  }
  return old
}

/** The configuration is written by now: a secret that cannot be removed is no reason to fail. */
const isRemoved = async (secret: SecretRef): Promise<boolean> => {
  try {
    await removeSecret(secret)
    return true
  } catch (error) {
    if (error instanceof EntrapipeError) return false
    throw error
  }
}
