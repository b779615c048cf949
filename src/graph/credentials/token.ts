import { EntrapipeError } from '../../core/errors.ts'
import type { Credential } from '../credential.ts'
import { readToken } from '../read-token.ts'
import type { SignInSetting } from './setting.ts'

/** A token that somebody else got. */
export interface TokenCredentialOptions {
  /** Name of the environment variable that holds the access token. */
  readonly env: string
}

/** A ready access token from the environment. It cannot be renewed: the run ends when it does. */
export const token = (
  { env }: TokenCredentialOptions,
  { environment, clock }: Pick<SignInSetting, 'environment' | 'clock'>,
): Credential => ({
  kind: 'token',
  async token({ refresh = false } = {}) {
    const given = environment
      .variable(env)
      ?.trim()
      .replace(/^Bearer\s+/i, '')
    if (!given)
      throw new EntrapipeError(
        'SECRET_MISSING',
        `The variable ${env}, which should hold an access token, is not set.`,
        {
          facts: { env },
          fix: `Set it, for example: export ${env}="$(az account get-access-token --resource-type ms-graph --query accessToken -o tsv)"`,
        },
      )
    const { expiresAtMs } = readToken(given)
    const isOver = expiresAtMs <= clock.now()
    if (isOver || refresh)
      throw new EntrapipeError(
        'SIGN_IN_FAILED',
        isOver
          ? `The access token in ${env} expired at ${new Date(expiresAtMs).toISOString()}.`
          : `The access token in ${env} cannot be renewed, and a new one is needed.`,
        {
          facts: { env },
          fix: 'Set a new one and start again: an unfinished run goes on where it was. An app registration can renew its tokens by itself.',
        },
      )
    return { token: given, expiresAtMs }
  },
})
