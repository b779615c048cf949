import { safeRows } from '../../store/safe-rows.ts'
import type { Store } from '../../store/store.ts'
import type { RunInfo, RunStatus } from '../../store/types.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { publicRun } from './public-run.ts'
import { listLines } from './run-lines.ts'

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
        : listLines(await Promise.all(found.map(async info => ({ info, safe: await safeOf(info, store) })))),
    )
  if (cli.json()) return
  cli.say(
    (await store.list({ limit: 1 })).length === 0
      ? 'No runs yet. Start with: entrapipe export users --tenant sandbox --to users.csv'
      : `No run has status ${status ?? 'any'}. To list all runs: entrapipe runs list`,
  )
}

const safeOf = async (info: RunInfo, store: Store): Promise<number | undefined> =>
  info.status === 'done' || info.status === 'discarded' ? undefined : safeRows(store, info)
