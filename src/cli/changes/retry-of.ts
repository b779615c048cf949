import { mustBeCorrected, reasonsToRetry } from '../../engine/changes/reasons-to-retry.ts'
import type { RunReader } from '../../store/run-store.ts'

/** What a retry of the failed rows of a run would do. */
export interface Retry {
  /** What must change elsewhere before rows can succeed, as sentences. */
  readonly first: readonly string[]
  /** Whether that is so for all rows that would be sent again. */
  readonly isBlocked: boolean
}

/** Rows with these codes fail again until something else has changed. */
const blocks: Readonly<Record<string, string>> = {
  ON_PREMISES: 'Rows that change what Active Directory or Exchange masters fail again: make these changes there first.',
  PROTECTED: 'Rows about protected objects fail again while these are protected.',
  GROUP_EXISTS: 'Rows of groups that exist fail again: rename or remove these groups first, or correct the rows.',
}

/** The option that lifts a protection: not that of the program's own identity, of the configuration, or of the last administrator. */
const lifting = '--include-privileged'

/** What a retry would do; undefined if it would send nothing, or only rows that must be corrected. */
export const retryOf = async (
  run: Pick<RunReader, 'phase' | 'readResults'>,
  phases: readonly string[],
): Promise<Retry | undefined> => {
  const reasons = await reasonsToRetry(run, phases)
  if (!reasons) return undefined
  const codes = new Set(reasons.map(({ code = '' }) => code))
  const isLifted = reasons.some(({ code, fix }) => code === 'PROTECTED' && fix?.includes(lifting) === true)
  const first = Object.keys(blocks).flatMap(code => (codes.has(code) ? [blocks[code]!] : []))
  if (isLifted) first.push(`For those who hold a privileged role, add ${lifting} to the retry.`)
  return { first, isBlocked: first.length > 0 && [...codes].every(code => code in blocks || mustBeCorrected(code)) }
}
