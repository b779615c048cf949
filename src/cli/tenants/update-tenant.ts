import { isDeepStrictEqual } from 'node:util'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { settingsOf } from '../../tenants/choose-tenant.ts'
import type { CredentialConfig, SecretRef, TenantConfig } from '../../tenants/config.ts'
import type { TenantReport } from '../../tenants/inspect-tenant.ts'
import type { LoadedConfig } from '../../tenants/load-config.ts'
import { kindsWithClient } from '../../tenants/schema.ts'
import { removeSecret, storeSecret } from '../../tenants/store-secret.ts'
import { updateEntry, type Written } from '../../tenants/write-entry.ts'
import type { Cli } from '../cli.ts'
import { answerFrom } from './answer-from.ts'
import { openAsk, type Ask } from './ask.ts'
import { collectCredential, configPath } from './collect-credential.ts'
import type { CollectedEntry } from './collect-entry.ts'
import { clientIdQuestion } from './client-id.ts'
import { configured } from './configured.ts'
import { kindOf, type CredentialOptions } from './entry-options.ts'
import { signIn } from './sign-in.ts'

/** What was updated. `report` is absent after `--no-check`. */
export interface UpdatedTenant {
  readonly name: string
  readonly config: TenantConfig
  readonly written: Written
  /** What became of the old secret, where it was in another place than the new one. */
  readonly old?: { readonly outcome: 'removed' | 'kept'; readonly secret: SecretRef }
  readonly report?: TenantReport
}

/**
 * Gives a tenant another credential: signs in with it, keeps a typed secret, writes the entry. Nothing is written or kept before
 * the sign-in has worked, and the old secret is removed last.
 */
export const updateTenant = async (name: string, options: CredentialOptions, cli: Cli): Promise<UpdatedTenant> => {
  const { loaded, entry } = await configured(name, cli)
  const ask = await openAsk(cli)
  try {
    let next = await collected(name, entry, options, { loaded, ask, cli })
    let report: TenantReport | undefined
    if (options.check)
      [next, report] = await signIn(next, { loaded, configFile: loaded.file, ask, cli, canChange: ['client'] })
    const config = await complete(next, entry, cli)
    const written = await updateEntry(loaded, name, config)
    const old = written.outcome === 'updated' ? await discardOld(name, loaded, config, cli) : undefined
    return { name, config, written, ...given({ old, report }) }
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
  const config = { ...entry, credential: withPassword(credential, entry.credential) }
  return {
    name,
    config: kind === 'managed-identity' ? config : { ...config, ...given({ clientId }) },
    ...given({ typed }),
  }
}

/** A certificate that is renewed keeps the password of its key, unless another one is named. */
const withPassword = (credential: CredentialConfig, before: CredentialConfig): CredentialConfig =>
  credential.kind === 'certificate' && before.kind === 'certificate'
    ? { ...given({ password: before.password }), ...credential }
    : credential

/** The entry with the typed secret kept somewhere. */
const complete = async (next: CollectedEntry, entry: TenantConfig, cli: Cli): Promise<TenantConfig> => {
  const { credential } = next.config
  const config = { ...next.config, tenantId: entry.tenantId }
  return next.typed !== undefined && credential.kind === 'secret'
    ? { ...config, credential: { kind: 'secret', secret: await storeSecret(next.name, next.typed, cli.environment) } }
    : config
}

const secretsOf = (credential: CredentialConfig): readonly SecretRef[] =>
  credential.kind === 'secret' ? [credential.secret] : credential.kind === 'certificate' ? [credential.certificate] : []

/** Removes the old secret where nothing else in the configuration uses it; undefined where the new one took its place. */
const discardOld = async (
  name: string,
  { file, config }: LoadedConfig,
  updated: TenantConfig,
  { environment }: Cli,
): Promise<UpdatedTenant['old']> => {
  const used = (tenants: LoadedConfig['config']['tenants'], tenant: string): readonly SecretRef[] =>
    secretsOf(settingsOf({ file, config: { ...config, tenants } }, tenant, environment.home).credential)
  const [secret] = used(config.tenants, name)
  if (!secret) return undefined
  const tenants = { ...config.tenants, [name]: updated }
  const isUsed = (tenant: string): boolean => used(tenants, tenant).some(other => isDeepStrictEqual(other, secret))
  if (isUsed(name)) return undefined
  const isRemoved = !Object.keys(tenants).some(isUsed) && (await removeSecret(name, secret, environment))
  return { outcome: isRemoved ? 'removed' : 'kept', secret }
}
