import type { Job } from '../../jobs/job.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { textTable } from '../../formats/text-table.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { openClient, type ServerClient, type ServerWish } from './call-server.ts'

/** Options of `jobs list`. */
export interface ListWish extends ServerWish {
  readonly tenant?: string
  readonly state?: readonly string[]
  readonly pipeline?: string
  readonly partOf?: string
  readonly limit?: number
}

/** The address of a job. @throws EntrapipeError `JOB_UNKNOWN` for what is no id of a job */
export const addressOf = (id: string): string => {
  if (/^j[\da-f-]{1,60}$/.test(id)) return `/api/jobs/${id}`
  throw new EntrapipeError('JOB_UNKNOWN', `Job ${JSON.stringify(id)} was not found.`, {
    fix: '`entrapipe jobs list` shows the ids of jobs.',
  })
}

const usualLimit = 50

/** How many rows have each outcome. */
export const countsOf = ({ counts }: Job): string =>
  counts === undefined
    ? '-'
    : Object.entries(counts)
        .filter(([name, count]) => count > 0 && name !== 'rows')
        .map(([name, count]) => `${count} ${name}`)
        .join(', ') || '-'

/** Prints jobs, the newest first. */
export const listJobs = async (
  { tenant, state = [], pipeline, partOf, limit = usualLimit, ...wish }: ListWish,
  cli: Cli,
): Promise<void> => {
  const query = new URLSearchParams({ limit: String(limit) })
  if (tenant !== undefined) query.set('tenant', tenant)
  if (pipeline !== undefined) query.set('pipeline', pipeline)
  if (partOf !== undefined) query.set('partOf', partOf)
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
      ...items.map(job => [
        job.id,
        job.pipeline,
        job.tenants ? `${job.tenants.length} ${job.tenants.length === 1 ? 'tenant' : 'tenants'}` : job.tenant,
        job.state,
        job.by,
        countsOf(job),
      ]),
    ]),
  )
  if (next !== undefined) cli.say('There are more: raise --limit.')
}

/** What went wrong, and what to do. */
export const whyOf = (error: Job['error']): string | undefined =>
  error && [error.message, error.fix].filter(text => text !== undefined).join(' ')

/** What a dry run or a plan would change: `delete-user 2`. */
const changesOf = ({ preview }: Job): string | undefined =>
  Object.entries((preview as { readonly send?: Readonly<Record<string, number>> } | undefined)?.send ?? {})
    .map(([kind, many]) => `${kind} ${many}`)
    .join(', ') || undefined

/** Prints a job. */
export const showJob = async (id: string, wish: ServerWish, cli: Cli): Promise<void> => {
  const client = await openClient(wish, cli)
  const job = await client.json<Job>('GET', addressOf(id))
  if (cli.json()) return printLines(cli, [JSON.stringify(job)])
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['Job', job.id],
    ['Pipeline', job.pipeline],
    ['File', job.fileName],
    ['Tenant', job.tenants ? undefined : job.tenant],
    ['Tenants', job.tenants && partsOf(job)],
    ['State', job.state],
    ['Status', [job.status, job.reason].filter(text => text !== undefined).join(', ') || undefined],
    ['Rows', countsOf(job)],
    ['Error', whyOf(job.error)],
    ['Run', job.run],
    ['By', job.by],
    ['Approved by', job.approvedBy],
    ['Changes', changesOf(job)],
    ['Plan', job.planHash],
    ['Created', job.createdAt],
    ['Started', job.startedAt],
    ['Ended', job.endedAt],
    // Of a job whose plan waits, `at` is when it is discarded.
    [
      job.state === 'awaiting-approval' ? 'Approve by' : 'Starts',
      job.startedAt === undefined || job.state === 'awaiting-approval' ? job.at : undefined,
    ],
    ['Not after', job.notAfter],
    ['Of job', job.parent],
    ['Part of', job.partOf],
  ]
  await printLines(cli, textTable(lines.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))))
  if (job.tenants) {
    await printLines(cli, [''])
    await printParts(client, id, cli)
  }
}

/** `200: 197 done, 3 failed`. */
const partsOf = ({ tenants = [], parts = {} }: Job): string =>
  `${tenants.length}: ${Object.entries(parts)
    .map(([state, many]) => `${many} ${state}`)
    .join(', ')}`

/** The jobs of the tenants of a job over several, in the order of the request. */
const readParts = async (client: ServerClient, id: string): Promise<readonly Job[]> => {
  const { items } = await client.json<{ readonly items: readonly Job[] }>(
    'GET',
    `/api/jobs?partOf=${encodeURIComponent(id)}&limit=1000`,
  )
  // `…-10` comes after `…-9`.
  return items.toSorted((one, other) => one.id.localeCompare(other.id, 'en', { numeric: true }))
}

/** Prints the tenants of a job over several. @param which those that are shown */
export const printParts = async (
  client: ServerClient,
  id: string,
  cli: Cli,
  which: (part: Job) => boolean = () => true,
): Promise<void> => {
  const parts = (await readParts(client, id)).filter(which)
  if (parts.length === 0) return
  const why = ({ error, reason }: Job): string => whyOf(error) ?? reason ?? '-'
  await printLines(
    cli,
    textTable([
      ['TENANT', 'JOB', 'STATE', 'ROWS', 'WHY'],
      ...parts.map(job => [job.tenant, job.id, job.state, countsOf(job), why(job)]),
    ]),
  )
}

/** Tells which job there is now, and how it is followed. */
export const tellJob = async (job: Job, cli: Cli): Promise<void> => {
  if (cli.json()) return printLines(cli, [JSON.stringify(job)])
  await printLines(cli, [job.id])
  cli.say(`Job ${job.id} is ${job.state === 'awaiting-approval' ? 'awaiting approval' : job.state}.`)
}
