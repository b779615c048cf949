import type { Command } from 'commander'
import { textTable } from '../../formats/text-table.ts'
import type { Job } from '../../jobs/job.ts'
import type { Schedule } from '../../jobs/schedules/schedule.ts'
import { whenOf } from '../../jobs/schedules/when.ts'
import { given } from '../../core/given.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { flagOf } from '../options/param-options.ts'
import { addScheduleOptions, type AddScheduleWish } from '../options/schedule-options.ts'
import { openClient, type ServerClient, type ServerWish } from './call-server.ts'
import { tellJob } from './list-jobs.ts'
import { orderFrom, tenantsOf } from './submit-job.ts'

const addressOf = (name: string): string => `/api/schedules/${encodeURIComponent(name)}`

/** Adds a schedule, whose flags are those of the server's pipeline. */
export const addSchedule = (
  schedule: string,
  pipeline: string,
  flags: readonly string[],
  wish: AddScheduleWish,
  program: Command,
  cli: Cli,
): Promise<void> => {
  const { notAfter, missed, priority: __, server: ___, tenant: ____, tag: _____, ...when } = wish
  // Here mistakes have the names of options.
  const check = (): void => void whenOf(when, cli.clock.now(), flagOf)
  const act = async (client: ServerClient, order: object): Promise<void> => {
    const body = { ...order, name: schedule, when, ...given({ notAfterMs: notAfter, missed }) }
    await tellSchedule(await client.json<Schedule>('POST', '/api/schedules', { body }), cli)
  }
  const words = `schedule add ${schedule}`
  const tenants = tenantsOf(wish)
  return orderFrom(
    { words, name: pipeline, flags, addOptions: addScheduleOptions, wish, tenants, check, act },
    program,
    cli,
  )
}

const tellSchedule = async (schedule: Schedule, cli: Cli): Promise<void> => {
  if (cli.json()) return printLines(cli, [JSON.stringify(schedule)])
  const { name, state, nextAt } = schedule
  cli.say(`Schedule ${name} is ${state}${nextAt === undefined ? '' : `; its next time is ${nextAt}`}.`)
}

/** `daily 02:30 (Europe/Berlin)`. */
const whenText = ({ when: { timeZone, ...rest } }: Schedule): string => {
  const [kind = '', text = ''] = Object.entries(rest)[0] ?? []
  return `${kind} ${text}${timeZone === undefined ? '' : ` (${timeZone})`}`
}

/** `contoso`, `all`, `contoso, fabrikam` or `tag emea`. */
const tenantText = ({ tenant, tenants, tags }: Schedule): string =>
  tags ? `tag ${tags.join(', ')}` : tenants === undefined ? tenant : tenants === 'all' ? 'all' : tenants.join(', ')

/** Prints schedules by name. */
export const listSchedules = async (wish: ServerWish, cli: Cli): Promise<void> => {
  const client = await openClient(wish, cli)
  const { items } = await client.json<{ readonly items: readonly Schedule[] }>('GET', '/api/schedules')
  if (cli.json())
    return printLines(
      cli,
      items.map(schedule => JSON.stringify(schedule)),
    )
  if (items.length === 0) return cli.say('There are no schedules.')
  await printLines(
    cli,
    textTable([
      ['NAME', 'PIPELINE', 'TENANT', 'STATE', 'WHEN', 'NEXT', 'ALERT'],
      ...items.map(each => [
        ...[each.name, each.pipeline, tenantText(each), each.state, whenText(each), each.nextAt ?? '-'],
        each.alert ?? '-',
      ]),
    ]),
  )
}

/** Prints a schedule. */
export const showSchedule = async (name: string, wish: ServerWish, cli: Cli): Promise<void> => {
  const schedule = await (await openClient(wish, cli)).json<Schedule>('GET', addressOf(name))
  if (cli.json()) return printLines(cli, [JSON.stringify(schedule)])
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['Schedule', schedule.name],
    ['Pipeline', schedule.pipeline],
    ['Tenant', tenantText(schedule)],
    ['State', schedule.state],
    ['When', whenText(schedule)],
    ['Next', schedule.nextAt],
    ['Last', schedule.lastAt],
    ['Last job', schedule.lastJob],
    ['Alert', schedule.alert],
    ['Missed times', schedule.missed],
    ['By', schedule.by],
    ['Created', schedule.createdAt],
  ]
  await printLines(cli, textTable(lines.flatMap(([title, value]) => (value === undefined ? [] : [[title, value]]))))
}

/** Prints the next times of a schedule. */
export const nextTimes = async (
  name: string,
  { limit = 5, ...wish }: ServerWish & { readonly limit?: number },
  cli: Cli,
): Promise<void> => {
  const client = await openClient(wish, cli)
  const { items } = await client.json<{ readonly items: readonly string[] }>(
    'GET',
    `${addressOf(name)}/next?limit=${limit}`,
  )
  if (cli.json()) return printLines(cli, [JSON.stringify(items)])
  if (items.length === 0) return cli.say(`Schedule ${name} has no next time.`)
  await printLines(cli, items)
}

/** What is done with a schedule. */
export type ScheduleAction = 'pause' | 'resume' | 'run' | 'remove'

/** Does something with a schedule, and shows what became of it. */
export const actOnSchedule = async (
  action: ScheduleAction,
  name: string,
  wish: ServerWish,
  cli: Cli,
): Promise<void> => {
  const client = await openClient(wish, cli)
  const address = addressOf(name)
  if (action === 'remove') {
    await client.json('DELETE', address)
    if (cli.json()) return printLines(cli, [JSON.stringify({ removed: name })])
    return cli.say(`Removed schedule ${name}. Its jobs stay.`)
  }
  if (action === 'run') return tellJob(await client.json<Job>('POST', `${address}/run`), cli)
  await tellSchedule(await client.json<Schedule>('POST', `${address}/${action}`), cli)
}
