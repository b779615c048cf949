import { loadOperations } from '../../catalogue/operations.ts'
import { given } from '../../core/given.ts'
import { EntrapipeError, isCode } from '../../core/errors.ts'
import { undoableIn, type Undoable } from '../../engine/changes/can-undo.ts'
import { countRows } from '../../engine/changes/count-rows.ts'
import { phasesWithChanges } from '../../engine/changes/undoing.ts'
import { discard } from '../../engine/discard.ts'
import { destinationAt } from '../../places/place-to.ts'
import type { Store } from '../../store/store.ts'
import { isGivenUp, type RunInfo } from '../../store/types.ts'
import { undoLine } from '../changes/summary.ts'
import { counted } from '../report/words.ts'
import type { Cli } from '../cli.ts'
import { cancelledLine, cancelWaiting } from './cancel-waiting.ts'
import { countedCredentials } from '../credentials/counted-credentials.ts'
import {
  credentialLines,
  handOutCommand,
  knownCredentials,
  publicCredentials,
  type KnownCredentials,
} from '../credentials/left.ts'

interface Discarded {
  readonly run: string
  /** Absolute paths of the removed files. */
  readonly removed: readonly string[]
  /** Of a run that changes a directory: the number of rows that it has done. They stay as they are. */
  readonly done?: number
  /** Of a run that changes a directory: rows that were due later, and are cancelled. */
  readonly cancelled?: number
  readonly undoable?: Undoable
  readonly credentials?: KnownCredentials
}

/**
 * Removes the records of an unfinished run, and its partial files.
 *
 * @throws EntrapipeError `RUN_UNKNOWN`; `RUN_ACTIVE`; `RUN_ENDED` when the run is done, discarded or superseded; `CREDENTIALS_LEFT` while
 *   passwords or passes are set that were not handed out
 */
export const discardRun = async (id: string, cli: Cli): Promise<Discarded> => {
  const store = await cli.store()
  const info = await store.get(id)
  const cancelled = info.dueAt === undefined || info.status === 'running' ? 0 : await cancelWaiting(store, info, cli)
  if (info.status === 'done' && cancelled > 0) return { run: info.id, removed: [], cancelled }
  if (info.status === 'done')
    throw new EntrapipeError(
      'RUN_ENDED',
      `Run ${info.id} is done${info.target === undefined ? '' : ' and its file is complete'}: there is nothing to discard.`,
      {
        facts: { run: info.id },
        fix: '`entrapipe runs prune` removes old records.',
      },
    )
  if (isGivenUp(info))
    throw new EntrapipeError('RUN_ENDED', `Run ${info.id} was already ${info.status}.`, {
      facts: { run: info.id },
    })
  await expectHandedOut(info, store)
  const removed = await discard({ ...cli, store, places: destinationAt }, info.id)
  return { run: info.id, removed, ...(cancelled > 0 && { cancelled }), ...(info.writes && (await leftBy(info, store))) }
}

const expectHandedOut = async (info: RunInfo, store: Store): Promise<void> => {
  if (!info.writes) return
  const operations = await loadOperations()
  const known = await readIfThere(info, store, run => knownCredentials(run, info, operations))
  if (!known || known.left.credentials === 0) return
  const { left } = known
  throw new EntrapipeError(
    'CREDENTIALS_LEFT',
    `Run ${info.id} cannot be discarded: ${countedCredentials(left)} ${left.credentials === 1 ? 'is' : 'are'} set and not handed out.`,
    { facts: { run: info.id }, fix: `Write them to a file first: ${handOutCommand(info.id)}` },
  )
}

/** What was read of a run; undefined if its records are gone. */
const readIfThere = async <T>(
  info: RunInfo,
  store: Store,
  read: Parameters<typeof store.read<T>>[1],
): Promise<T | undefined> => {
  try {
    return await store.read(info.id, read)
  } catch (error) {
    if (isCode(error, 'RUN_UNKNOWN')) return undefined
    throw error
  }
}

/** What a discarded run has done. Its ledger is kept if it has sent changes. */
const leftBy = async (info: RunInfo, store: Store): Promise<Pick<Discarded, 'done' | 'undoable' | 'credentials'>> => {
  const found = await readIfThere(info, store, async run => {
    const phases = await phasesWithChanges(run, info)
    const { done } = await countRows(run, phases)
    const operations = await loadOperations()
    return {
      done,
      undoable: await undoableIn(run, phases, operations),
      ...given({ credentials: await knownCredentials(run, info, operations) }),
    }
  })
  return found ?? { done: 0 }
}

/** As JSON, for machines. */
export const publicDiscarded = ({ credentials, ...discarded }: Discarded): object => ({
  ...discarded,
  ...(credentials && { credentials: publicCredentials(credentials) }),
})

/** What was discarded, and what stays, as sentences. */
export const discardedLines = ({
  run,
  removed,
  done = 0,
  cancelled = 0,
  undoable,
  credentials,
}: Discarded): readonly string[] => [
  ...(cancelled > 0 ? [cancelledLine(cancelled)] : []),
  `Discarded run ${run}${removed.length > 0 ? ` and ${removed.join(', ')}` : done > 0 ? '' : '; it left no file'}.`,
  ...(done > 0 && undoable
    ? [
        `${counted(done, 'row')} had been performed: the directory keeps ${done === 1 ? 'its change' : 'their changes'}.`,
        undoLine(run, undoable),
      ]
    : []),
  ...(credentials ? credentialLines(run, credentials) : []),
]
