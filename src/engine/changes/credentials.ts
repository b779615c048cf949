import { given } from '../../core/given.ts'
import type { Credential } from '../../core/credential.ts'
import type { Operation } from '../../core/operation.ts'
import type { Outcome } from '../../core/result.ts'
import type { Entry } from '../../store/ledger-types.ts'
import type { RunReader } from '../../store/run-store.ts'
import type { StoreReader } from '../../store/store.ts'
import { credentialsNote, phasesOf, type RunInfo } from '../../store/types.ts'

/** What became of the passwords and passes that a run has made. */
export interface CredentialsNote {
  /** Whether some may not have been handed out yet. Such a run is not pruned. */
  readonly left: boolean
  /** The file that is being written. */
  readonly writing?: CredentialsFile
  readonly handedOut: readonly HandedOut[]
}

/** A file of credentials. */
interface CredentialsFile {
  /** Absolute. */
  readonly path: string
  /** Undefined while its partial is written. */
  readonly sha256?: string
  /** Number of passwords and passes in it. */
  readonly credentials?: number
  /** How many of them are passes. @default 0 */
  readonly passes?: number
  /** Rows in it, by phase: the first and the last ordinal of each range. */
  readonly rows: Readonly<Record<string, readonly (readonly [first: number, last: number])[]>>
}

/** A file that was handed out, whose secrets were destroyed. */
interface HandedOut {
  readonly path: string
  readonly credentials: number
  /** How many of them are passes. @default 0 */
  readonly passes?: number
  /** ISO 8601, UTC. */
  readonly at: string
}

/** Reads the note of a run. */
export const credentialsOf = async (run: Pick<RunReader, 'loadNote'>): Promise<CredentialsNote> =>
  ((await run.loadNote(credentialsNote)) as CredentialsNote | undefined) ?? { left: false, handedOut: [] }

/** A credential that is still sealed. */
export interface SealedCredential extends Credential {
  readonly phase: string
  readonly ordinal: number
}

/** Rows read from the ledger at once. */
const pageRows = 2_000

/** Where a secret is sealed. */
type SealedAt = Pick<SealedCredential, 'phase' | 'ordinal'>

type OperationOf = (kind: string) => Operation

async function* sealedEntries(
  run: StoreReader,
  info: RunInfo,
  outcome: Outcome,
): AsyncGenerator<{ readonly phase: string; readonly entry: Entry }> {
  for (const phase of phasesOf(info)) {
    const ledger = run.phase(phase).ledger()
    for (let after: number | undefined; ;) {
      const page = await ledger.entries({ limit: pageRows, outcomes: [outcome], ...given({ after }) })
      for (const entry of page) if (entry.hasSecrets) yield { phase, entry }
      after = page.at(-1)?.ordinal
      if (page.length < pageRows) break
    }
  }
}

/** Reads the credentials of a run that are still sealed, in the order of the rows. @param outcome of their rows */
export async function* sealedCredentials(
  run: StoreReader,
  info: RunInfo,
  operationOf: OperationOf,
  outcome: Outcome,
): AsyncGenerator<SealedCredential> {
  for await (const { phase, entry } of sealedEntries(run, info, outcome)) {
    const { ordinal, key, step, row, before = {} } = entry
    const { credentials } = operationOf(row.kind)
    if (!credentials?.made(row.value)) continue
    const secrets = await run.openSecrets(key, step, phase)
    const found = secrets && credentials.of({ ...row.value, ...secrets }, before)
    if (found) yield { ...found, phase, ordinal }
  }
}

/** Finds the secrets of a run that nobody gets, and that are still sealed although their rows are `done`. */
export async function* withheldSecrets(
  run: StoreReader,
  info: RunInfo,
  operationOf: OperationOf,
): AsyncGenerator<SealedAt> {
  for await (const { phase, entry } of sealedEntries(run, info, 'done'))
    if (operationOf(entry.row.kind).credentials?.isWithheld?.(entry.row.value) === true)
      yield { phase, ordinal: entry.ordinal }
}

/** The ordinals of some rows, ascending in each phase, as ranges. */
export const rangesOf = (rows: readonly SealedAt[]): CredentialsFile['rows'] => {
  const ranges: Record<string, [number, number][]> = {}
  for (const { phase, ordinal } of rows) {
    const ofPhase = (ranges[phase] ??= [])
    const last = ofPhase.at(-1)
    if (last?.[1] === ordinal - 1) last[1] = ordinal
    else ofPhase.push([ordinal, ordinal])
  }
  return ranges
}

/** The ordinals of the rows in a file, by phase. */
export const ordinalsIn = ({
  rows,
}: Pick<CredentialsFile, 'rows'>): readonly (readonly [string, readonly number[]])[] =>
  Object.entries(rows).map(([phase, ranges]) => [
    phase,
    ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, at) => first + at)),
  ])
