import { EntrapipeError } from '../core/errors.ts'
import type { Store } from '../store/types.ts'
import { programName } from './version.ts'
import { count } from './words.ts'

/** An error that left something to go on with also says how. Any other is answered as it is. */
export const withWayOn = (error: unknown, run: string | undefined, store: Store): unknown => {
  if (run === undefined || !(error instanceof EntrapipeError)) return error
  if (!error.retryable && error.code !== 'DISK_FULL') return error
  try {
    return goingOn(error, run, store)
  } catch {
    // A store on a full disk cannot be asked, and what ended the run has to be told all the same.
    return error
  }
}

const goingOn = (error: EntrapipeError, run: string, store: Store): EntrapipeError => {
  if (!store.get(run).resumable) return error
  const rows = store.read(run, look => look.loadCheckpoint())?.counters['written']
  const { code, message, facts, retryAfterMs } = error
  const way =
    rows === undefined
      ? 'No rows are safe yet: the same command begins with the first.'
      : `${count(rows)} rows are safe: the same command goes on from there, or \`${programName} runs resume ${run}\`; \`${programName} runs discard ${run}\` removes them.`
  return new EntrapipeError(code, message, {
    cause: error,
    facts,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    fix: error.fix === undefined ? way : `${error.fix} ${way}`,
  })
}
