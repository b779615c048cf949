import { isCode } from '../../core/errors.ts'
import type { PhaseReader, RunReader } from '../../store/run-store.ts'
import type { Store } from '../../store/store.ts'
import { intakeNote, phasesOf, type RunInfo } from '../../store/types.ts'
import { sendingNote } from './run-notes.ts'

/**
 * Looks at the phases of an earlier run that would do the same again if they were repeated, until `look` returns something. Undefined for
 * a run that has sent nothing.
 *
 * @param look gets a phase, the digest of its rows, and its run; see `repeatedWork`
 */
export const inRepeatedPhases = async <T>(
  store: Pick<Store, 'read'>,
  info: RunInfo,
  look: (phase: PhaseReader, digest: string, run: RunReader) => Promise<T | undefined>,
): Promise<T | undefined> => {
  try {
    return await store.read(info.id, async run => {
      if ((await run.loadNote(sendingNote)) !== true) return undefined
      for (const name of phasesOf(info)) {
        const phase = run.phase(name)
        const note = (await phase.loadNote(intakeNote)) as { readonly repeated?: string } | undefined
        const found = note?.repeated === undefined ? undefined : await look(phase, note.repeated, run)
        if (found !== undefined) return found
      }
      return undefined
    })
  } catch (error) {
    // A discarded run that had sent nothing has no record.
    if (isCode(error, 'RUN_UNKNOWN')) return undefined
    throw error
  }
}
