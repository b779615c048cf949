import { isCode } from '../core/errors.ts'
import type { RunReader } from './run-store.ts'
import type { Store } from './store.ts'
import { phasesOf, type RunInfo } from './types.ts'

/**
 * Returns the number of rows of an unfinished or short run that are kept when it is resumed; undefined if it has kept nothing, or
 * if its file cannot be read: one damaged run must not prevent other runs, or a list of them.
 */
export const safeRows = async (
  store: Pick<Store, 'read'>,
  info: Pick<RunInfo, 'id' | 'status' | 'manifest' | 'phases'>,
): Promise<number | undefined> => {
  if (info.status === 'short') return info.manifest?.counts.written
  try {
    return await store.read(info.id, run => writtenIn(run, phasesOf(info)))
  } catch (error) {
    // The run's file is missing or damaged, so the number is unknown.
    if (isCode(error, 'RUN_UNKNOWN') || isCode(error, 'STORE_UNUSABLE')) return undefined
    throw error
  }
}

const writtenIn = async (run: RunReader, phases: readonly string[]): Promise<number | undefined> => {
  let written: number | undefined
  for (const name of phases) {
    const phase = run.phase(name)
    const rows = (await phase.loadEnd())?.counts.written ?? (await phase.loadCheckpoint())?.counters['written']
    if (rows !== undefined) written = (written ?? 0) + rows
  }
  return written
}
