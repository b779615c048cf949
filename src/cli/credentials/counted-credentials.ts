import type { Credential } from '../../core/credential.ts'
import { counted } from '../report/words.ts'

/** A number of credentials, and how many of them are passes. */
export interface CredentialCount {
  readonly credentials: number
  /** @default 0 */
  readonly passes?: number
}

/** `2 passwords`, `1 pass`; `3 credentials` if there are both. */
export const countedCredentials = ({ credentials, passes = 0 }: CredentialCount): string =>
  passes > 0 && passes === credentials
    ? counted(credentials, 'pass', 'passes')
    : counted(credentials, passes === 0 ? 'password' : 'credential')

/** Counts credentials. */
export const countCredentials = async (
  found: AsyncIterable<Pick<Credential, 'kind'>> | Iterable<Pick<Credential, 'kind'>>,
): Promise<CredentialCount> => {
  let [credentials, passes] = [0, 0]
  for await (const { kind } of found) {
    credentials++
    if (kind === 'pass') passes++
  }
  return { credentials, ...(passes > 0 && { passes }) }
}
