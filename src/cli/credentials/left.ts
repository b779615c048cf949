import type { Operations } from '../../core/operation.ts'
import type { Json } from '../../core/json.ts'
import { credentialsOf, sealedCredentials, type CredentialsNote } from '../../engine/changes/credentials.ts'
import { operationsBy } from '../../engine/changes/ledger-sink.ts'
import type { StoreReader } from '../../store/store.ts'
import type { RunInfo } from '../../store/types.ts'
import { countCredentials, countedCredentials, type CredentialCount } from './counted-credentials.ts'
import { minute, quotedPath } from '../report/words.ts'

/** The passwords and passes of a run. */
export interface KnownCredentials {
  readonly handedOut: CredentialsNote['handedOut']
  /** Number of those that are set and were not handed out. */
  readonly left: CredentialCount
  /** Number of those of which it is not known whether they are set. */
  readonly unknown: CredentialCount
}

const none: CredentialCount = { credentials: 0 }

/** Counts the passwords and passes of a run; undefined if it makes none. */
export const knownCredentials = async (
  run: StoreReader,
  info: RunInfo,
  operations: Operations,
): Promise<KnownCredentials | undefined> => {
  const { handedOut, left } = await credentialsOf(run)
  if (!left) return handedOut.length === 0 ? undefined : { handedOut, left: none, unknown: none }
  const count = (outcome: 'done' | 'unknown'): Promise<CredentialCount> =>
    countCredentials(sealedCredentials(run, info, operationsBy(operations), outcome))
  return { handedOut, left: await count('done'), unknown: await count('unknown') }
}

/** What became of them, as sentences. */
export const credentialLines = (run: string, { handedOut, left, unknown }: KnownCredentials): readonly string[] => [
  ...handedOut.map(
    ({ path, at, ...count }) =>
      `Credentials: ${countedCredentials(count)} handed out in ${path} and destroyed in the store, ${minute(Date.parse(at))} UTC`,
  ),
  ...(left.credentials > 0
    ? [
        `${countedCredentials(left)} ${left.credentials === 1 ? 'is' : 'are'} set and not handed out: ${handOutCommand(run)}`,
      ]
    : []),
  ...(unknown.credentials > 0
    ? [
        `${countedCredentials(unknown)} ${unknown.credentials === 1 ? 'is' : 'are'} of rows whose outcome is unknown, and stay sealed until that is decided: entrapipe runs retry ${run} --outcome unknown`,
      ]
    : []),
]

/** The command that hands them out. */
export const handOutCommand = (run: string, to = 'FILE'): string =>
  `entrapipe runs credentials ${run} --to ${to === 'FILE' ? to : quotedPath(to)}`

/** As JSON, for machines. */
export const publicCredentials = ({ handedOut, left, unknown }: KnownCredentials): Json => ({
  handedOut: handedOut.map(each => ({ ...each })),
  left: left.credentials,
  unknown: unknown.credentials,
})
