import { EntrapipeError } from '../../core/errors.ts'
import type { Credential } from '../credential.ts'
import { readToken } from '../read-token.ts'
import type { SignInSetting } from './setting.ts'

/** Options of `token`. */
export interface TokenCredentialOptions {
  /** Environment variable with the access token. */
  readonly env: string
}

/** Uses an access token from the environment. It cannot be renewed, so the run ends when it expires. */
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
        `The environment variable ${env}, which must contain an access token, is not set.`,
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
          fix: 'Set a new one and run the command again: an unfinished run resumes. An app registration renews its tokens by itself.',
        },
      )
    return { token: given, expiresAtMs }
  },
})
