import { EntrapipeError, type Code } from '../../core/errors.ts'
import { partialOf } from '../../core/sidecars.ts'
import { nameOfTarget } from '../../core/targets.ts'
import { safeRows } from '../../store/safe-rows.ts'
import type { RunInfo, Store } from '../../store/types.ts'
import { counted } from './words.ts'

/** What these ended cannot be gone on with: what was kept, or the input, is not what it was. */
const forGood: ReadonlySet<Code> = new Set<Code>([
  ...(['PARTIAL_CHANGED', 'INPUT_CHANGED', 'RUN_CHANGED', 'RUN_NOT_RESUMABLE', 'RUN_ACTIVE', 'RUN_UNKNOWN'] as const),
])

/** Of these the cause lies outside the input, so that the same command may get past it. */
const mayPass = ({ code, retryable }: EntrapipeError): boolean =>
  retryable || /^(GRAPH|SIGN_IN|NOT_PERMITTED|DISK|WRITE)/.test(code)

/** An error that left something to go on with, or something to remove, also says so. Any other is answered as it is. */
export const withWayOn = async (error: unknown, run: string | undefined, store: Store): Promise<unknown> => {
  if (run === undefined || !(error instanceof EntrapipeError) || forGood.has(error.code)) return error
  try {
    const way = await wayOn(error, await store.get(run), store)
    return way === undefined ? error : withFix(error, error.fix === undefined ? way : `${asSentence(error.fix)} ${way}`)
  } catch {
    // A store on a full disk cannot be asked, and what ended the run has to be told all the same.
    return error
  }
}

const wayOn = async (error: EntrapipeError, info: RunInfo, store: Store): Promise<string | undefined> => {
  if (!info.resumable) return undefined
  const rows = await safeRows(store, info)
  if (rows === undefined)
    return error.retryable || error.code === 'DISK_FULL'
      ? 'No rows are safe yet: the same command begins with the first.'
      : undefined
  const remove = `\`entrapipe runs discard ${info.id}\` removes them.`
  const are = `${counted(rows, 'row')} ${rows === 1 ? 'is' : 'are'}`
  return mayPass(error)
    ? `${are} safe: the same command goes on from there, or \`entrapipe runs resume ${info.id}\`; ${remove}`
    : `${are} kept in ${partialOf(nameOfTarget(info.target!))}; ${remove}`
}

/** The same error with another advice. */
export const withFix = (error: EntrapipeError, fix: string): EntrapipeError => {
  const { code, message, facts, retryAfterMs } = error
  return new EntrapipeError(code, message, {
    cause: error,
    facts,
    fix,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  })
}

const asSentence = (words: string): string => (/[.?!:]$/.test(words) ? words : `${words}.`)
