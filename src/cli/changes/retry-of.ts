import { canRetry } from '../../engine/changes/can-retry.ts'
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
  GROUP_EXISTS: 'Rows of groups that exist fail again: rename or remove these groups first, or mend the rows.',
}

/** The option that lifts a protection: not that of the program's own identity, of the configuration, or of the last administrator. */
const lifting = '--include-privileged'

/** Rows with these codes fail again as they are: they must be mended. */
const mended: ReadonlySet<string> = new Set([
  ...['ROW_INVALID', 'ROWS_CONFLICT', 'OBJECT_NOT_FOUND', 'OBJECT_AMBIGUOUS', 'ID_REQUIRED'],
])

/** At most this many rows are read, so that millions of failed rows do not delay the report. */
const mostRows = 20_000

/** What a retry would do; undefined if it would send nothing, or only rows that must be mended. */
export const retryOf = async (
  run: Pick<RunReader, 'phase' | 'readResults'>,
  phases: readonly string[],
): Promise<Retry | undefined> => {
  if (!(await canRetry(run, phases))) return undefined
  const codes = new Set<string>()
  let isLifted = false
  for (let [after, rows] = [0, 0]; rows < mostRows;) {
    const failed = await run.readResults({ after, outcomes: ['failed'] })
    const last = failed.at(-1)
    if (!last) break
    for (const { code = '', fix } of failed) {
      codes.add(code)
      isLifted ||= code === 'PROTECTED' && fix?.includes(lifting) === true
    }
    after = last.sequence
    rows += failed.length
  }
  if (codes.size > 0 && [...codes].every(code => mended.has(code))) return undefined
  const first = Object.keys(blocks).flatMap(code => (codes.has(code) ? [blocks[code]!] : []))
  if (isLifted) first.push(`For those who hold a privileged role, add ${lifting} to the retry.`)
  return { first, isBlocked: first.length > 0 && [...codes].every(code => code in blocks || mended.has(code)) }
}
