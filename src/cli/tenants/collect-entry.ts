import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { TenantConfig } from '../../tenants/config.ts'
import { kindsWithClient } from '../../tenants/schema.ts'
import { isTenantId, isTenantName } from '../../tenants/tenant-names.ts'
import { answerFrom } from './answer-from.ts'
import type { Ask } from './ask.ts'
import { clientIdQuestion } from './client-id.ts'
import { collectCredential, configPath, type Stdin } from './collect-credential.ts'
import { credentialKinds, kindOf, type CredentialKind, type EntryOptions } from './entry-options.ts'

/** A tenant's entry before the sign-in. `typed` is a secret that the user typed. It is not in `config`. */
export interface CollectedEntry {
  readonly name: string
  readonly config: Omit<TenantConfig, 'tenantId'> & { readonly tenantId?: string }
  readonly typed?: string
}

interface Surroundings {
  readonly ask: Ask | undefined
  readonly cwd: string
  readonly configFile: string
  readonly stdin: Stdin
}

/** Kinds whose token contains the tenant's id, so that it need not be given. */
const tellsTenant: readonly CredentialKind[] = ['azure-cli', 'token', 'managed-identity', 'workload-identity']

const tenantName = (answer: string): true | string =>
  answer.toLowerCase() === 'sandbox'
    ? 'sandbox is the embedded tenant; choose another name.'
    : isTenantName(answer) || 'Expected a single word: letters, digits, dot, dash and underscore.'
const tenantIdText = (answer: string): true | string =>
  isTenantId(answer) ||
  "Expected the directory's id (a GUID, in Entra's overview), or one of its domains such as contoso.onmicrosoft.com."

/**
 * The entry from the options, and from the user's answers for what they leave out.
 *
 * @throws EntrapipeError `USAGE` if an answer is missing and there is no terminal; `OPTION_INVALID`
 */
export const collectEntry = async (
  called: string | undefined,
  options: EntryOptions,
  { ask, cwd, configFile, stdin }: Surroundings,
): Promise<CollectedEntry> => {
  const value = answerFrom(ask, 'add')
  const name = await value('<name>', called, {
    message: 'Name of the tenant in the configuration:',
    validate: tenantName,
  })
  const kind = kindOf(options) ?? (await ask?.choose('Who signs in?', credentialKinds))
  if (!kind)
    throw new EntrapipeError('USAGE', '--credential is missing, and there is no terminal to ask for it.', {
      fix: `Give --secret-env, --secret-file, --certificate, --token-env, or --credential with one of ${credentialKinds.map(one => one.value).join(', ')}.`,
    })
  const tenantId =
    options.tenantId === undefined && tellsTenant.includes(kind)
      ? undefined
      : await value('--tenant-id', options.tenantId, {
          message: "The directory's (tenant) ID, or one of its domains:",
          validate: tenantIdText,
        })
  const clientId =
    options.clientId === undefined && !kindsWithClient.includes(kind)
      ? undefined
      : await value('--client-id', options.clientId, clientIdQuestion)
  const path = (text: string): string => configPath(text, cwd, configFile)
  const { credential, typed } = await collectCredential(kind, options, { ask, value, path, stdin })
  const { cloud, graphUrl, authorityUrl, caFile, size, tag } = options
  return {
    name,
    config: {
      ...given({ tenantId }),
      ...(clientId !== undefined && kind !== 'managed-identity' && { clientId }),
      ...(cloud !== undefined && cloud !== 'global' && { cloud }),
      credential,
      ...given({ graphUrl, authorityUrl }),
      ...(caFile !== undefined && { caFile: path(caFile) }),
      ...(size !== undefined && { quotas: { size } }),
      ...(tag !== undefined && { tags: [...new Set(tag)] }),
    },
    ...given({ typed }),
  }
}
