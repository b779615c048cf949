import { isCode } from '../../core/errors.ts'
import { countRows } from '../../engine/changes/count-rows.ts'
import { dryRunNote } from '../../engine/changes/run-notes.ts'
import { safeRows } from '../../store/safe-rows.ts'
import type { Store } from '../../store/store.ts'
import { isGivenUp, phasesOf, type RunInfo, type RunStatus } from '../../store/types.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { publicRun } from './public-run.ts'
import { listLines, type Progressed } from './run-lines.ts'

interface ListOptions {
  readonly status?: RunStatus
  readonly limit?: number
}

/** `entrapipe runs list`: the newest runs, optionally of one status. */
export const listRuns = async ({ status, limit = 20 }: ListOptions, cli: Cli): Promise<void> => {
  const store = await cli.store()
  const found = await store.list({ limit, ...(status ? { status: [status] } : {}) })
  if (found.length > 0)
    return printLines(
      cli,
      cli.json()
        ? await Promise.all(found.map(async info => JSON.stringify(await publicRun(info, store))))
        : listLines(await Promise.all(found.map(async info => ({ info, ...(await progressed(info, store)) })))),
    )
  if (cli.json()) return
  cli.say(
    (await store.list({ limit: 1 })).length === 0
      ? 'No runs yet. Start with: entrapipe export users --tenant sandbox --to users.csv'
      : `No run has status ${status ?? 'any'}. To list all runs: entrapipe runs list`,
  )
}

const progressed = async (info: RunInfo, store: Store): Promise<Progressed> => {
  try {
    return await store.read(info.id, async (run): Promise<Progressed> => {
      if ((await run.loadNote(dryRunNote)) === true) return { isDry: true }
      if (info.writes) return info.status === 'done' ? {} : { done: (await countRows(run, phasesOf(info))).done }
      return info.status === 'done' || isGivenUp(info) ? {} : { safe: await safeRows(store, info) }
    })
  } catch (error) {
    // A discarded run has only its entry in the list left.
    if (isCode(error, 'RUN_UNKNOWN')) return {}
    throw error
  }
}
