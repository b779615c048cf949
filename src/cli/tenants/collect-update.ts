import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { CredentialConfig, TenantConfig } from '../../tenants/config.ts'
import type { LoadedConfig } from '../../tenants/load-config.ts'
import { kindsWithClient } from '../../tenants/schema.ts'
import type { Cli } from '../cli.ts'
import { answerFrom } from './answer-from.ts'
import type { Ask } from './ask.ts'
import { clientIdQuestion } from './client-id.ts'
import { collectCredential, configPath } from './collect-credential.ts'
import type { CollectedEntry } from './collect-entry.ts'
import { kindOf, type CredentialOptions } from './entry-options.ts'
import { signsIn } from './signs-in.ts'

interface Walk {
  readonly loaded: LoadedConfig
  readonly ask: Ask | undefined
  readonly cli: Cli
}

/**
 * The entry with the credential from the options. Without `--credential`, the kind stays the same.
 *
 * @throws EntrapipeError `USAGE`, `OPTION_INVALID`
 */
export const collectUpdate = async (
  name: string,
  entry: TenantConfig,
  options: CredentialOptions,
  { loaded, ask, cli }: Walk,
): Promise<CollectedEntry> => {
  const kind = kindOf(options) ?? entry.credential.kind
  if (kind === 'refresh-token')
    throw new EntrapipeError('USAGE', `${name} signs in with a refresh token, which is not replaced here.`, {
      fix: `Store the new one where the configuration refers to (${signsIn(entry.credential)}). To sign in another way, give --credential.`,
    })
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

/** A renewed certificate keeps the reference to its password, unless the options change or remove it. */
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
      : `--no-certificate-password applies only to a certificate, but the credential is ${credential.kind}. Leave it out.`,
  )
}
