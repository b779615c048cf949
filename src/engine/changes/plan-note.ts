import { EntrapipeError, isCode } from '../../core/errors.ts'
import type { Store } from '../../store/store.ts'

/** The note of a run with the hash of the plan that it wrote, which covers the maker. */
export const planNote = 'plan'

/**
 * Compares a plan with what the store noted of it, if the run that made it is here: a person who alters a file can give it another hash.
 *
 * @throws EntrapipeError `PLAN_REFUSED`
 */
export const expectAsNoted = async (
  { run, sha256 }: { readonly run: string; readonly sha256: string },
  store: Pick<Store, 'read'>,
): Promise<void> => {
  let noted: unknown
  try {
    noted = await store.read(run, reader => reader.loadNote(planNote))
  } catch (error) {
    if (!isCode(error, 'RUN_UNKNOWN')) throw error
  }
  if (noted === undefined || noted === sha256) return
  throw new EntrapipeError('PLAN_REFUSED', `The plan is not the one that run ${run} wrote. Nothing was sent.`, {
    facts: { run },
    fix: 'Make the plan again.',
  })
}
