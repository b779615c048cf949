import type { Job } from '../../jobs/job.ts'
import { textTable } from '../../formats/text-table.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { openClient, type ServerWish } from './call-server.ts'

/** Options of `jobs list`. */
export interface ListWish extends ServerWish {
  readonly tenant?: string
  readonly state?: readonly string[]
  readonly pipeline?: string
  readonly limit?: number
}

/** The address of a job. */
export const addressOf = (id: string): string => `/api/jobs/${encodeURIComponent(id)}`

const usualLimit = 50

/** Counts as the portal calls them, with what is not in them. */
const countsOf = ({ counts }: Job): string =>
  counts === undefined
    ? '-'
    : Object.entries(counts)
        .filter(([name, count]) => count > 0 && name !== 'rows')
        .map(([name, count]) => `${count} ${name}`)
        .join(', ') || '-'

/** Prints jobs, the newest first. */
export const listJobs = async (
  { tenant, state = [], pipeline, limit = usualLimit, ...wish }: ListWish,
  cli: Cli,
): Promise<void> => {
  const query = new URLSearchParams({ limit: String(limit) })
  if (tenant !== undefined) query.set('tenant', tenant)
  if (pipeline !== undefined) query.set('pipeline', pipeline)
  for (const each of state) query.append('state', each)
  const { items, next } = await (
    await openClient(wish, cli)
  ).json<{ readonly items: readonly Job[]; readonly next?: string }>('GET', `/api/jobs?${query}`)
  if (cli.json())
    return printLines(
      cli,
      items.map(job => JSON.stringify(job)),
    )
  if (items.length === 0) return cli.say('No jobs were found.')
  await printLines(
    cli,
    textTable([
      ['ID', 'PIPELINE', 'TENANT', 'STATE', 'BY', 'ROWS'],
      ...items.map(job => [job.id, job.pipeline, job.tenant, job.state, job.by, countsOf(job)]),
    ]),
  )
  if (next !== undefined) cli.say('There are more: raise --limit.')
}

/** Prints a job. */
export const showJob = async (id: string, wish: ServerWish, cli: Cli): Promise<void> => {
  const job = await (await openClient(wish, cli)).json<Job>('GET', addressOf(id))
  if (cli.json()) return printLines(cli, [JSON.stringify(job)])
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['Job', job.id],
    ['Pipeline', job.pipeline],
    ['Tenant', job.tenant],
    ['State', job.state],
    ['Status', [job.status, job.reason].filter(text => text !== undefined).join(', ') || undefined],
    ['Rows', countsOf(job)],
    ['Error', job.error && [job.error.message, job.error.fix].filter(text => text !== undefined).join(' ')],
    ['Run', job.run],
    ['By', job.by],
    ['Approved by', job.approvedBy],
    ['Plan', job.planHash],
    ['Created', job.createdAt],
    ['Started', job.startedAt],
    ['Ended', job.endedAt],
    ['Starts', job.at],
    ['Not after', job.notAfter],
    ['Of job', job.parent],
  ]
  await printLines(cli, textTable(lines.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))))
}

/** Tells which job there is now, and how it is followed. */
export const tellJob = async (job: Job, cli: Cli): Promise<void> => {
  if (cli.json()) return printLines(cli, [JSON.stringify(job)])
  await printLines(cli, [job.id])
  cli.say(`Job ${job.id} is ${job.state === 'awaiting-approval' ? 'awaiting approval' : job.state}.`)
}
