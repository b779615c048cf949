import { newOutputIn } from '../../api/jobs/new-output.ts'
import { keepSweepingCopies } from '../../api/sweep-depot.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { startJobs } from '../../jobs/start-jobs.ts'
import { sandboxName } from '../../tenants/choose-tenant.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { placesFor } from './named-places.ts'
import { launchJobs } from './launch-jobs.ts'
import { openFleet } from './open-fleet.ts'
import { codeOf, databaseUrl, filesAt, folderOf, tenantsOf, untilOver } from './served.ts'

/** Options of `worker`. */
export interface WorkerOptions {
  readonly files: string
  readonly pipelines?: string
  readonly concurrency?: number
  readonly tenant?: readonly string[]
}

const usualConcurrency = 2

/**
 * Runs jobs of a fleet until the command is interrupted.
 *
 * @throws EntrapipeError `USAGE` without DATABASE_URL, and as `tenantsOf`, `folderOf` and `openFleet`
 */
export const runWorker = async (options: WorkerOptions, cli: Cli): Promise<void> => {
  const { environment, clock, signal } = cli
  const url = databaseUrl(cli)
  if (url === undefined)
    throw new EntrapipeError('USAGE', 'DATABASE_URL is not set: a worker takes its jobs from a PostgreSQL database.', {
      fix: 'Set it to the same address as that of `entrapipe serve`. On one machine, `entrapipe serve` alone runs jobs.',
    })
  const tenants = await tenantsOf(options, cli)
  const [files, pipelines] = [
    (await filesAt(options.files, cli))!,
    await folderOf(options.pipelines, '--pipelines', cli),
  ]
  const say = (line: string): void => cli.say(line)
  const skills = { tenants, code: await codeOf(pipelines, cli), places: Object.keys(await placesFor(tenants, cli)) }
  const fleet = await openFleet({ url, environment, clock, files, skills, say })
  try {
    const { depot } = fleet.shared
    const slots = options.concurrency ?? usualConcurrency
    const started = await startJobs({
      ...{ store: fleet.store, shared: fleet.shared, environment, clock, tenants, slots, say },
      approval: tenants.some(name => name !== sandboxName),
      newOutput: newOutputIn(depot ? undefined : files),
      launch: launchJobs(cli),
    })
    const over = new AbortController()
    const sweeping =
      depot && keepSweepingCopies(depot, { clock, signal: over.signal, isNamed: started.jobs.isNamed, say })
    try {
      if (cli.json()) await printLines(cli, [JSON.stringify({ pid: process.pid })])
      else
        say(
          `Running up to ${slots} jobs of ${tenants.join(', ')} at a time. Press Ctrl-C to stop: others continue them.`,
        )
      await untilOver(signal, started.outdated)
    } finally {
      over.abort()
      await sweeping
      await started.stop()
    }
  } finally {
    await fleet.close()
  }
}
