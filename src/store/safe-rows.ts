import { isCode } from '../core/errors.ts'
import type { RunInfo, Store } from './types.ts'

/** How many rows of an unfinished or short run can be vouched for; undefined where it has kept nothing. */
export const safeRows = async (
  store: Pick<Store, 'read'>,
  { id, status, manifest }: RunInfo,
): Promise<number | undefined> => {
  if (status === 'short') return manifest?.counts.written
  try {
    return (await store.read(id, run => run.loadCheckpoint()))?.counters['written']
  } catch (error) {
    // The run's file is gone, and with it what is known of its rows.
    if (isCode(error, 'RUN_UNKNOWN')) return undefined
    throw error
  }
}
