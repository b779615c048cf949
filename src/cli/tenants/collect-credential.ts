import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { text } from 'node:stream/consumers'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { CredentialConfig, SecretRef } from '../../tenants/config.ts'
import { isGuid } from '../../core/guid.ts'
import type { Cli } from '../cli.ts'
import type { Answering } from './answer-from.ts'
import type { Ask } from './ask.ts'
import type { CredentialKind, CredentialOptions } from './entry-options.ts'

/** Placeholder for a typed secret, until it is stored. No tenant can have this name. */
const typedSecret: SecretRef = { keyring: '(typed)' }
/**
 * Whether the reference is the placeholder of a typed secret. The keyring's account is not known before the tenant's name
 * is.
 */
export const isTyped = (ref: SecretRef): boolean => 'keyring' in ref && ref.keyring === '(typed)'

/** The stream that a secret can be piped to. */
export type Stdin = Cli['stdin']

const variableName = (answer: string): true | string =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(answer) || 'Expected the name of an environment variable, not its value.'

/** A path for the configuration: relative if it is in the configuration's folder or below it, otherwise absolute. */
export const configPath = (path: string, cwd: string, configFile: string): string => {
  const full = resolve(cwd, path)
  const short = relative(dirname(configFile), full)
  return short === '' || short.startsWith('..') || isAbsolute(short) ? full : `./${short.split(sep).join('/')}`
}

interface Means {
  readonly ask: Ask | undefined
  readonly value: Answering
  readonly path: (text: string) => string
  readonly stdin: Stdin
}

/**
 * The credential from the options, and from the user's answers for what they leave out.
 *
 * @returns `typed` is a secret that was typed or read from stdin. It is not in the credential.
 * @throws EntrapipeError `USAGE` if an answer is missing and there is no terminal, or if an option belongs to another kind;
 *   `OPTION_INVALID`
 */
export const collectCredential = async (
  kind: CredentialKind,
  options: Omit<CredentialOptions, 'check'>,
  { ask, value, path, stdin }: Means,
): Promise<{ readonly credential: CredentialConfig; readonly typed?: string }> => {
  if (options.certificatePasswordEnv !== undefined && kind !== 'certificate')
    throw new EntrapipeError(
      'USAGE',
      `--certificate-password-env applies only to a certificate, but the credential is ${kind}.`,
      {
        fix: 'Leave it out.',
      },
    )
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
      if (options.secretStdin) return { credential: { kind, secret: typedSecret }, typed: await secretOf(stdin) }
      if (!ask)
        throw new EntrapipeError('USAGE', 'The client secret is missing, and there is no terminal to ask for it.', {
          fix: 'Pipe it in with --secret-stdin, or name where it is stored with --secret-env or --secret-file. A secret is never given on the command line.',
        })
      return { credential: { kind, secret: typedSecret }, typed: await askSecret(ask) }
    }
    case 'certificate': {
      const file = await value('--certificate', options.certificate, {
        message: 'PEM file with certificate and private key:',
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
            message: 'Environment variable that holds the token:',
            validate: variableName,
          }),
        },
      }
    case 'managed-identity':
      return { credential: { kind, ...given({ clientId: options.clientId }) } }
    default:
      return { credential: { kind } }
  }
}

const notAnId = (answer: string): true | string =>
  !isGuid(answer) || 'That is the Secret ID. Copy the Value, which the portal shows only once.'

/** The portal shows the secret's id, a GUID, beside its value, and people often copy the id by mistake. */
export const askSecret = async (ask: Ask): Promise<string> =>
  await ask.hidden({ message: "The client secret's Value (it is not shown):", validate: notAnId })

/** Reads the secret from stdin, and removes whitespace around it. */
const secretOf = async (stdin: Stdin): Promise<string> => {
  if (stdin.isTTY)
    throw new EntrapipeError('USAGE', '--secret-stdin reads the secret from a pipe, but stdin is a terminal.', {
      fix: 'Leave it out to be asked for the secret.',
    })
  const secret = (await text(stdin)).trim()
  const fault = secret === '' || /[\r\n]/.test(secret) ? 'It must be one line.' : notAnId(secret)
  if (fault === true) return secret
  throw new EntrapipeError('OPTION_INVALID', `The secret on stdin is invalid. ${fault}`)
}
