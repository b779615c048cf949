import type { PhaseReader } from '../../store/run-store.ts'
import type { Store } from '../../store/store.ts'
import { intakeNote } from '../../store/types.ts'

/** Whether all rows of a phase are in the ledger of the run. */
export const hasTakenIn = (store: Pick<Store, 'read'>, run: string, phase: string): Promise<boolean> =>
  store.read(run, async reader => (await reader.phase(phase).loadNote(intakeNote)) !== undefined)

/**
 * The id of the tenant whose ids are in the ledger of a phase; undefined if its intake has not ended. It is kept beside the ledger: the
 * index of runs may have been altered.
 */
export const tenantTakenIn = async (phase: Pick<PhaseReader, 'loadNote'>): Promise<string | undefined> =>
  ((await phase.loadNote(intakeNote)) as { readonly tenant: string } | undefined)?.tenant

/** Whether intake has ended, and no row has several steps. */
export const haveOneStep = async (phase: Pick<PhaseReader, 'loadNote'>): Promise<boolean> =>
  ((await phase.loadNote(intakeNote)) as { readonly haveSteps: boolean } | undefined)?.haveSteps === false

/** The operations of the rows that a phase has taken in. None if its intake has not ended. */
export const kindsTakenIn = async (phase: Pick<PhaseReader, 'loadNote'>): Promise<readonly string[]> =>
  ((await phase.loadNote(intakeNote)) as { readonly kinds: readonly string[] } | undefined)?.kinds ?? []
