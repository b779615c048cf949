import { asSentence } from '../../core/as-sentence.ts'
import { EntrapipeError, type Code } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { partialOf } from '../../core/sidecars.ts'
import { nameOfTarget } from '../../core/targets.ts'
import { failuresIn } from '../../core/result.ts'
import { sendingNote } from '../../engine/changes/run-notes.ts'
import { safeRows } from '../../store/safe-rows.ts'
import type { Store } from '../../store/store.ts'
import type { RunError, RunInfo } from '../../store/types.ts'
import { counted } from './words.ts'

/** Runs that ended with one of these cannot be resumed: the input or the kept files have changed. */
const forGood: ReadonlySet<Code> = new Set<Code>([
  ...([
    'PARTIAL_CHANGED',
    'INPUT_CHANGED',
    'RUN_CHANGED',
    'RUN_NOT_RESUMABLE',
    'RUN_SUPERSEDED',
    'RUN_ACTIVE',
    'RUN_UNKNOWN',
  ] as const),
])

/** Whether the cause is outside the input, so that the same command may succeed later. */
const mayPass = ({ code, retryable }: EntrapipeError): boolean =>
  retryable || /^(GRAPH|SIGN_IN|NOT_PERMITTED|DISK|WRITE)/.test(code)

/** Adds to an error how to resume or discard the run. Returns an error of no run as it is. */
export const withNextStep = async (error: unknown, run: string | undefined, store: Store): Promise<unknown> => {
  if (run === undefined || !(error instanceof EntrapipeError) || forGood.has(error.code)) return error
  try {
    const way = await howToContinue(error, await store.get(run), store)
    return way === undefined ? error : withFix(error, error.fix === undefined ? way : `${asSentence(error.fix)} ${way}`)
  } catch {
    // The store cannot be read, for example because the disk is full. The error that ended the run matters more.
    return error
  }
}

const howToContinue = async (error: EntrapipeError, info: RunInfo, store: Store): Promise<string | undefined> => {
  // What fails after the rows, such as a file of results, leaves nothing to resume.
  if (!info.resumable || info.status === 'done') return undefined
  if (error.code === 'TOO_MANY_FAILED' && info.writes)
    return `To continue all the same: \`${await resumeCommand(store, info.id, error)}\`.`
  if (info.writes)
    return (await hasSent(info, store))
      ? `Continue with \`${await resumeCommand(store, info.id, error)}\`.`
      : error.code === 'INTERRUPTED' || error.code === 'TERMINATED'
        ? 'Nothing was sent: run the same command again.'
        : undefined
  const rows = await safeRows(store, info)
  if (rows === undefined)
    return error.code !== 'TOO_MUCH_DRIFT' && (error.retryable || error.code === 'DISK_FULL')
      ? 'No rows are safe yet: the same command starts with the first row.'
      : undefined
  const remove = `\`entrapipe runs discard ${info.id}\` removes them.`
  const are = `${counted(rows, 'row')} ${rows === 1 ? 'is' : 'are'}`
  if (error.code === 'TOO_MUCH_DRIFT')
    return `${are} kept in ${partialOf(nameOfTarget(info.target!))}; \`${await resumeCommand(store, info.id, error)}\` continues from there, and ${remove}`
  return mayPass(error)
    ? `${are} safe: run the same command again, or \`entrapipe runs resume ${info.id}\`, to continue from there; ${remove}`
    : `${are} kept in ${partialOf(nameOfTarget(info.target!))}; ${error.code === 'TOO_MANY_FAILED' ? `\`${await resumeCommand(store, info.id, error)}\` continues from there, and ` : ''}${remove}`
}

/** What ended a run. */
type Ending = Pick<RunError, 'facts'> & { readonly code: string }

/** The option without which a run would end for the same reason again. A limit of failed rows is kept. */
const optionAgainst = async (
  store: Pick<Store, 'read'>,
  id: string,
  { code, facts }: Ending,
): Promise<string | undefined> => {
  if (code === 'TOO_MANY_FAILED')
    return store.read(id, async run => `--max-failed ${failuresIn(await run.countResults())}`)
  if (code === 'TOO_MANY_REMOVALS' && facts?.['removals'] !== undefined)
    return `--max-removals ${Number(facts['removals'])}`
  if (code === 'TOO_MUCH_DRIFT' && typeof facts?.['drift'] === 'number')
    return `--max-drift ${allowing(facts['drift'], Number(facts['read']))}`
  return code === 'IRREVERSIBLE' ? '--irreversible' : undefined
}

/** A limit with some room, since the directory goes on changing. */
const allowing = (drift: number, read: number): string => {
  const percent = Math.ceil((drift * 100) / read)
  return percent <= 100 ? `${percent}%` : String(2 * drift)
}

/** The command that resumes a run, with the option that it needs where a limit has ended it. */
export const resumeCommand = async (
  store: Pick<Store, 'read'>,
  id: string,
  ending: Ending | undefined,
): Promise<string> => {
  const option = ending && (await optionAgainst(store, id, ending))
  return `entrapipe runs resume ${id}${option === undefined ? '' : ` ${option}`}`
}

/** Whether changes may have been sent. If none was, the command itself is run again. */
const hasSent = async ({ id }: RunInfo, store: Store): Promise<boolean> =>
  store.read(id, async run => (await run.loadNote(sendingNote)) !== undefined)

/** The same error with another fix. */
export const withFix = (error: EntrapipeError, fix: string): EntrapipeError => {
  const { code, message, facts, retryAfterMs } = error
  return new EntrapipeError(code, message, {
    cause: error,
    facts,
    fix,
    ...given({ retryAfterMs }),
  })
}
