import { EntrapipeError } from '../../core/errors.ts'
import type { Undo } from '../../engine/changes/undos.ts'
import type { Store } from '../../store/store.ts'
import type { RunInfo } from '../../store/types.ts'
import type { Cli } from '../cli.ts'
import { nothingSummary } from '../changes/summary.ts'
import { printLines } from '../command-line/print.ts'
import { counted } from '../report/words.ts'
import { cancelWaiting } from './cancel-waiting.ts'
import { dueStates } from './due-state.ts'

interface LeaveOptions {
  readonly dryRun?: boolean
  readonly quiet?: boolean
  readonly tenant?: string
}

/**
 * Leaves what waits in a run that is being undone, and says what to do. After an undo that has ended, it is cancelled: the process that undid
 * the run ended before it could.
 *
 * @throws EntrapipeError `RUN_ACTIVE` while the undo is in progress; `RUN_UNFINISHED` if it was stopped, or rows that wait were made in part
 */
export const leaveUndone = async (
  origin: RunInfo,
  undo: Undo,
  { dryRun, quiet, tenant }: LeaveOptions,
  store: Store,
  cli: Cli,
): Promise<void> => {
  const waiting = (await dueStates(store, origin)).filter(({ state }) => state !== 'taken')
  const rows = waiting.reduce((sum, each) => sum + each.rows, 0)
  const what = `${counted(rows, 'row')} of run ${origin.id}`
  const begun = waiting.find(({ state }) => state === 'begun')?.made
  if (undo.state !== 'done') throw left(origin, undo, what)
  const cancelled = dryRun ? rows : await cancelWaiting(store, origin, cli)
  if (begun)
    throw new EntrapipeError(
      'RUN_UNFINISHED',
      `Run ${undo.id} has undone run ${origin.id}, of which run ${begun.id} has begun to make rows that waited. Nothing was sent.`,
      {
        facts: { run: begun.id },
        fix: `Discard it with \`entrapipe runs discard ${begun.id}\`, and undo what it did with \`entrapipe runs undo ${begun.id}\`.`,
      },
    )
  const note = `Run ${undo.id} has undone run ${origin.id}: ${counted(cancelled, 'row')} that waited ${dryRun ? 'would be' : cancelled === 1 ? 'is' : 'are'} cancelled, and nothing ${dryRun ? 'would be' : 'was'} sent for ${cancelled === 1 ? 'it' : 'them'}.`
  if (cli.json()) await printLines(cli, [JSON.stringify(nothingSummary({ tenant, dueMs: undefined, note }))])
  else if (!quiet) cli.say(note)
}

const left = (origin: RunInfo, { id, state }: Undo, what: string): EntrapipeError => {
  const cancel = `\`entrapipe runs discard ${origin.id}\``
  if (state === 'running')
    return new EntrapipeError(
      'RUN_ACTIVE',
      `Run ${id} is undoing run ${origin.id}, so ${what} that wait are not made.`,
      {
        facts: { run: id },
        fix: 'Wait until it ends: it then cancels them.',
      },
    )
  return new EntrapipeError(
    'RUN_UNFINISHED',
    `Run ${id} has begun to undo run ${origin.id}, and ${state === 'unfinished' ? 'was stopped' : 'was given up'}, so ${what} that wait are not made.`,
    {
      facts: { run: id },
      fix:
        state === 'unfinished'
          ? `Resume it with \`entrapipe runs resume ${id}\`: it then cancels them. Without it, ${cancel} cancels them.`
          : `Cancel them with ${cancel}, and run the command again for those that are still wanted.`,
    },
  )
}
