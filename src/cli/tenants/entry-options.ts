import { Option, type Command } from 'commander'
import { clouds, type CloudName } from '../../data/clouds.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { CredentialConfig } from '../../tenants/config.ts'
import { each } from '../options/values.ts'

/** A way to sign in, by its name in the configuration. That of a partner is written there by hand. */
export type CredentialKind = Exclude<CredentialConfig['kind'], 'refresh-token'>

/** The kinds of credential as offered to the user, the recommended one first. */
export const credentialKinds: readonly { readonly value: CredentialKind; readonly name: string }[] = [
  { value: 'certificate', name: 'an app registration, with a certificate' },
  { value: 'secret', name: 'an app registration, with a client secret' },
  { value: 'azure-cli', name: 'me, as I am signed in to the Azure CLI (az login)' },
  { value: 'browser', name: 'a person, in the browser of this machine' },
  { value: 'device-code', name: 'a person, in another browser, with a code' },
  { value: 'managed-identity', name: 'the managed identity of this Azure machine' },
  { value: 'workload-identity', name: 'a federated workload identity (Kubernetes, a pipeline service)' },
  { value: 'token', name: 'an access token in an environment variable' },
]

/** The options of a credential. No option takes a secret, only where it is stored. */
export interface CredentialOptions {
  readonly clientId?: string
  readonly credential?: CredentialKind
  readonly secretEnv?: string
  readonly secretFile?: string
  readonly secretStdin?: boolean
  readonly certificate?: string
  readonly certificatePasswordEnv?: string
  readonly tokenEnv?: string
  /** False if the new certificate's private key has no password. Only for `update`. */
  readonly certificatePassword?: boolean
  readonly check: boolean
}

/** The options of a tenant. */
export interface EntryOptions extends CredentialOptions {
  readonly tenantId?: string
  readonly cloud?: CloudName
  readonly graphUrl?: string
  readonly authorityUrl?: string
  readonly caFile?: string
  readonly size?: 'S' | 'M' | 'L'
  readonly tag?: readonly string[]
}

/** Adds the options that describe a credential; none of them takes a secret. */
export const addCredentialOptions = (command: Command): Command =>
  command
    .option('--client-id <id>', 'application (client) id of the app registration')
    .addOption(new Option('--credential <kind>', 'how to sign in').choices(credentialKinds.map(({ value }) => value)))
    .option('--secret-env <NAME>', 'environment variable that holds the client secret')
    .option('--secret-file <path>', 'file that holds the client secret; only its owner may have access')
    .option('--secret-stdin', 'read the client secret from stdin, and store it in the keyring or in a private file')
    .option('--certificate <path>', 'PEM file with certificate and private key; only its owner may have access')
    .option('--certificate-password-env <NAME>', "environment variable that holds the private key's password")
    .option('--token-env <NAME>', 'environment variable that holds an access token')

/** Adds the options that describe a tenant; none of them takes a secret. */
export const addEntryOptions = (command: Command): Command =>
  addCredentialOptions(command.option('--tenant-id <id>', 'id of the directory, or one of its domains'))
    .addOption(new Option('--cloud <name>', 'national cloud (global)').choices(Object.keys(clouds)))
    .option('--graph-url <url>', 'another Graph URL, ending in /v1.0')
    .option('--authority-url <url>', 'another sign-in URL')
    .option('--ca-file <path>', 'PEM file of additional CA certificates to trust')
    .addOption(new Option('--size <class>', 'size of the tenant (by its number of users)').choices(['S', 'M', 'L']))
    .option('--tag <tag>', 'tag of the tenant, by which a job chooses several; can be repeated', each)
    .option('--no-check', 'write the entry without signing in; only files are checked')

const implied: readonly (readonly [
  flag: string,
  kind: CredentialKind,
  given: (options: CredentialOptions) => unknown,
])[] = [
  ['--secret-env', 'secret', ({ secretEnv }) => secretEnv],
  ['--secret-file', 'secret', ({ secretFile }) => secretFile],
  ['--secret-stdin', 'secret', ({ secretStdin }) => secretStdin],
  ['--certificate', 'certificate', ({ certificate }) => certificate],
  ['--token-env', 'token', ({ tokenEnv }) => tokenEnv],
]

/**
 * The kind of credential that the options name or imply.
 *
 * @throws EntrapipeError `USAGE` when two of them contradict each other
 */
export const kindOf = (options: CredentialOptions): CredentialKind | undefined => {
  const given = implied.filter(([, , of]) => of(options) !== undefined)
  const [first, second] = given
  if (first && second)
    throw new EntrapipeError('USAGE', `${first[0]} and ${second[0]} cannot be combined: a tenant has one credential.`)
  if (first && options.credential !== undefined && options.credential !== first[1])
    throw new EntrapipeError(
      'USAGE',
      `${first[0]} needs --credential ${first[1]}, got --credential ${options.credential}.`,
    )
  return options.credential ?? first?.[1]
}
