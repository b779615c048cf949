import { Option, type Command } from 'commander'
import { clouds, type CloudName } from '../../data/clouds.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { CredentialConfig } from '../../tenants/config.ts'

/** A way to sign in, by its name in the configuration. */
export type CredentialKind = CredentialConfig['kind']

/** The kinds of credential, as a person chooses among them; the recommended one first. */
export const credentialKinds: readonly { readonly value: CredentialKind; readonly name: string }[] = [
  { value: 'certificate', name: 'an app registration, with a certificate' },
  { value: 'secret', name: 'an app registration, with a client secret' },
  { value: 'azure-cli', name: 'me, as I am signed in to the Azure CLI (az login)' },
  { value: 'browser', name: 'a person, in the browser of this machine' },
  { value: 'device-code', name: 'a person, in another browser, with a code' },
  { value: 'managed-identity', name: 'the managed identity of this Azure machine' },
  { value: 'workload-identity', name: 'a federated workload identity (Kubernetes, a pipeline service)' },
  { value: 'token', name: 'a ready access token in an environment variable' },
]

/** What the command line says about a credential. No option takes a secret: only where one is. */
export interface CredentialOptions {
  readonly clientId?: string
  readonly credential?: CredentialKind
  readonly secretEnv?: string
  readonly secretFile?: string
  readonly secretStdin?: boolean
  readonly certificate?: string
  readonly certificatePasswordEnv?: string
  readonly tokenEnv?: string
  /** False if the key of the new certificate has no password; only for `update`. */
  readonly certificatePassword?: boolean
  readonly check: boolean
}

/** What the command line says about a tenant. */
export interface EntryOptions extends CredentialOptions {
  readonly tenantId?: string
  readonly cloud?: CloudName
  readonly graphUrl?: string
  readonly authorityUrl?: string
  readonly caFile?: string
  readonly size?: 'S' | 'M' | 'L'
}

/** Adds the options that describe a credential; none of them takes a secret. */
export const addCredentialOptions = (command: Command): Command =>
  command
    .option('--client-id <id>', "the app registration's application (client) id")
    .addOption(new Option('--credential <kind>', 'how to sign in').choices(credentialKinds.map(({ value }) => value)))
    .option('--secret-env <NAME>', 'the environment variable that holds the client secret')
    .option('--secret-file <path>', 'the file that holds the client secret; only its owner may read it')
    .option('--secret-stdin', 'read the client secret from stdin, and keep it in the keyring or in a private file')
    .option('--certificate <path>', 'a PEM file with certificate and private key; only its owner may read it')
    .option('--certificate-password-env <NAME>', "the environment variable with the private key's password")
    .option('--token-env <NAME>', 'the environment variable that holds a ready access token')

/** Adds the options that describe a tenant; none of them takes a secret. */
export const addEntryOptions = (command: Command): Command =>
  addCredentialOptions(command.option('--tenant-id <id>', "the directory's id, or one of its domains"))
    .addOption(new Option('--cloud <name>', 'the national cloud (global)').choices(Object.keys(clouds)))
    .option('--graph-url <url>', 'another Graph host, ending in /v1.0')
    .option('--authority-url <url>', 'another sign-in host')
    .option('--ca-file <path>', 'a PEM file of authorities to trust besides the known ones')
    .addOption(new Option('--size <class>', "the tenant's size class (counted)").choices(['S', 'M', 'L']))
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
