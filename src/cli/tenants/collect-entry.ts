import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { EntrapipeError } from '../../core/errors.ts'
import type { CredentialConfig, SecretRef, TenantConfig } from '../../tenants/config.ts'
import { kindsWithClient } from '../../tenants/schema.ts'
import { isGuid, isTenantId, isTenantName } from '../../tenants/tenant-names.ts'
import type { Ask, Question } from './ask.ts'
import { credentialKinds, kindOf, type CredentialKind, type EntryOptions } from './entry-options.ts'

/** A tenant's entry as far as it is known. `typed` is a secret that a person typed: it is not in `config`. */
export interface CollectedEntry {
  readonly name: string
  readonly config: Omit<TenantConfig, 'tenantId'> & { readonly tenantId?: string }
  readonly typed?: string
}

/** Stands in an entry for a secret that was typed, until it is stored; no tenant can be called so. */
const typedSecret: SecretRef = { keyring: '(typed)' }
/**
 * Whether the secret was typed just now and still has to be put away: the keyring's account is not known before the
 * name.
 */
export const isTyped = (ref: SecretRef): boolean => 'keyring' in ref && ref.keyring === '(typed)'

/** Kinds whose token tells the tenant when nobody else does. */
const tellsTenant: readonly CredentialKind[] = ['azure-cli', 'token', 'managed-identity', 'workload-identity']

const tenantName = (answer: string): true | string =>
  answer.toLowerCase() === 'sandbox'
    ? 'sandbox is the embedded tenant; choose another name.'
    : isTenantName(answer) || 'A single word: letters, digits, dot, dash and underscore.'
const tenantIdText = (answer: string): true | string =>
  isTenantId(answer) ||
  "The directory's id (a GUID, in Entra's overview), or one of its domains such as contoso.onmicrosoft.com."
const clientIdText = (answer: string): true | string =>
  isGuid(answer) || "The Application (client) ID of the app registration's overview: a GUID."
const variableName = (answer: string): true | string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(answer) || 'The name of an environment variable, not what it holds.'

/** A path as the configuration should have it: relative to it where it is beside or below it, else absolute. */
const configPath = (path: string, cwd: string, configFile: string): string => {
  const full = resolve(cwd, path)
  const short = relative(dirname(configFile), full)
  return short === '' || short.startsWith('..') || isAbsolute(short) ? full : `./${short.split(sep).join('/')}`
}

/**
 * What the options say, and by questions what they do not.
 *
 * @throws EntrapipeError `USAGE` where an answer is missing and nobody can be asked, `OPTION_INVALID`
 */
export const collectEntry = async (
  given: string | undefined,
  options: EntryOptions,
  { ask, cwd, configFile }: { readonly ask: Ask | undefined; readonly cwd: string; readonly configFile: string },
): Promise<CollectedEntry> => {
  const value = async (flag: string, known: string | undefined, question: Question): Promise<string> => {
    if (known !== undefined) {
      const fault = question.validate?.(known) ?? true
      if (fault === true) return known
      throw new EntrapipeError('OPTION_INVALID', `${flag} "${known}" will not do. ${fault}`)
    }
    if (ask) return await ask.text(question)
    throw new EntrapipeError('USAGE', `${flag} is missing, and there is no terminal to ask for it.`, {
      fix: 'Give it on the command line; `entrapipe tenants add --help` lists all options.',
    })
  }
  const name = await value('<name>', given, { message: 'What shall the tenant be called here?', validate: tenantName })
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
      : await value('--client-id', options.clientId, {
          message: 'The application (client) ID of the app registration:',
          validate: clientIdText,
        })
  const path = (text: string): string => configPath(text, cwd, configFile)
  const { credential, typed } = await collectCredential(kind, options, { ask, value, path, clientId })
  const { cloud, graphUrl, authorityUrl, caFile, size } = options
  return {
    name,
    config: {
      ...(tenantId !== undefined && { tenantId }),
      ...(clientId !== undefined && kind !== 'managed-identity' && { clientId }),
      ...(cloud !== undefined && cloud !== 'global' && { cloud }),
      credential,
      ...(graphUrl !== undefined && { graphUrl }),
      ...(authorityUrl !== undefined && { authorityUrl }),
      ...(caFile !== undefined && { caFile: path(caFile) }),
      ...(size !== undefined && { quotas: { size } }),
    },
    ...(typed !== undefined && { typed }),
  }
}

interface Means {
  readonly ask: Ask | undefined
  readonly value: (flag: string, known: string | undefined, question: Question) => Promise<string>
  readonly path: (text: string) => string
  readonly clientId: string | undefined
}

const collectCredential = async (
  kind: CredentialKind,
  options: EntryOptions,
  { ask, value, path, clientId }: Means,
): Promise<{ readonly credential: CredentialConfig; readonly typed?: string }> => {
  switch (kind) {
    case 'secret': {
      if (options.secretEnv !== undefined)
        return {
          credential: {
            kind,
            secret: { env: await value('--secret-env', options.secretEnv, { message: '', validate: variableName }) },
          },
        }
      if (options.secretFile !== undefined) return { credential: { kind, secret: { file: path(options.secretFile) } } }
      if (!ask)
        throw new EntrapipeError('USAGE', 'The client secret is missing, and there is no terminal to ask for it.', {
          fix: 'Put it into the environment and give --secret-env NAME, or into a file of mode 600 and give --secret-file PATH. It never stands on the command line.',
        })
      return { credential: { kind, secret: typedSecret }, typed: await askSecret(ask) }
    }
    case 'certificate': {
      const file = await value('--certificate', options.certificate, {
        message: 'The PEM file with certificate and private key:',
      })
      const { certificatePasswordEnv: env } = options
      return {
        credential: { kind, certificate: { file: path(file) }, ...(env !== undefined && { password: { env } }) },
      }
    }
    case 'token':
      return {
        credential: {
          kind,
          env: await value('--token-env', options.tokenEnv, {
            message: 'The environment variable that holds the token:',
            validate: variableName,
          }),
        },
      }
    case 'managed-identity':
      return { credential: { kind, ...(clientId !== undefined && { clientId }) } }
    default:
      return { credential: { kind } }
  }
}

/** A client secret's id is a GUID and stands beside its value in the portal: it is the usual thing to copy by mistake. */
export const askSecret = async (ask: Ask): Promise<string> =>
  await ask.hidden({
    message: "The client secret's Value (it is not shown):",
    validate: answer => !isGuid(answer) || 'That is the Secret ID. Copy the Value, which the portal shows only once.',
  })
