import type { Readable } from 'node:stream'
import { codes, EntrapipeError, isCode, systemCode, type Code } from '../../core/errors.ts'
import { hasEnded, type Job, type JobState } from '../../jobs/job.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { openClient, type ServerClient, type ServerWish } from './call-server.ts'
import { addressOf, countsOf, printParts, whyOf } from './list-jobs.ts'

interface Event {
  readonly id: string
  readonly job: Job
}

/** Events in a body. A last one that is incomplete is dropped. */
async function* eventsIn(body: Readable): AsyncGenerator<Event> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const piece of body as AsyncIterable<Buffer>) {
    text += decoder.decode(piece, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = new Map(
        text
          .slice(0, end)
          .split('\n')
          .map(line => line.split(/: (.*)/s, 2) as [string, string]),
      )
      text = text.slice(end + 2)
      const [id, data] = [fields.get('id'), fields.get('data')]
      if (id !== undefined && data !== undefined) yield { id, job: JSON.parse(data) as Job }
    }
  }
}

/** Whether nothing more comes of itself: what `--limit` left waits for a person. */
const isOver = ({ state, at }: Job): boolean => hasEnded(state) || (state === 'paused' && at === undefined)

/** How often a connection that is lost is opened again, once a second, before it is given up. */
const attempts = 30

/** The states of a job until it has ended, or waits for a person, also over connections that are lost. */
async function* followed(client: ServerClient, id: string, cli: Cli): AsyncGenerator<Job> {
  let last: string | undefined
  for (let attempt = 0; ; attempt++) {
    try {
      const headers = last === undefined ? {} : { 'last-event-id': last }
      const { body } = await client.send('GET', `${addressOf(id)}/events`, { headers })
      for await (const event of eventsIn(body)) {
        ;[last, attempt] = [event.id, 0]
        yield event.job
        if (isOver(event.job)) return
      }
    } catch (error) {
      if (cli.signal.aborted) throw cli.signal.reason
      const isLost = isCode(error, 'SERVER_UNAVAILABLE') || systemCode(error) !== undefined
      if (!isLost || last === undefined || attempt >= attempts) throw error
    }
    await cli.clock.sleep(1000, cli.signal)
  }
}

const isKnown = (code: string): code is Code => Object.hasOwn(codes, code)

/** The exit status of a job: that of the command which it stands for. */
const exitOf = ({ state, counts, error, parts }: Job): number => {
  if (state === 'cancelled') return 143
  if (state === 'discarded' || state === 'missed') return 5
  if (error) return isKnown(error.code) ? codes[error.code].exit : 1
  if (state === 'short') return 4
  if (counts && counts.unknown > 0) return 7
  if (counts && counts.failed > 0) return 3
  // Some tenants have failed.
  if (parts && state === 'done' && Object.keys(parts).length > 1) return 3
  return state === 'done' || state === 'paused' ? 0 : 1
}

const progressOf = ({ state, progress, tenants, parts = {} }: Job): string => {
  if (tenants && state === 'running') {
    const over = Object.entries(parts).flatMap(([each, many]) => (hasEnded(each as JobState) ? [many] : []))
    return `${over.reduce((sum, many) => sum + many, 0)} of ${tenants.length} tenants have ended`
  }
  if (state !== 'running' || !progress) return state === 'awaiting-approval' ? 'awaiting approval' : state
  const { doing, rows, total, rowsPerSecond, secondsLeft } = progress
  return `${doing}: ${rows}${total === null ? '' : ` of ${total}`} rows, ${Math.round(rowsPerSecond)} a second${secondsLeft === null ? '' : `, ${Math.round(secondsLeft)} s left`}`
}

/** Follows a job until it has ended, and takes over its exit status. */
export const followJob = async (client: ServerClient, id: string, cli: Cli): Promise<void> => {
  let [line, last]: [string, Job | undefined] = ['', undefined]
  for await (const job of followed(client, id, cli)) {
    last = job
    const now = progressOf(job)
    if (cli.json()) await printLines(cli, [JSON.stringify(job)])
    else if (now !== line) cli.say(`Job ${id}: ${now}`)
    line = now
  }
  if (!last) throw new EntrapipeError('SERVER_UNAVAILABLE', `The server tells nothing of job ${id}.`)
  const { counts, error } = last
  if (counts && !cli.json()) cli.say(`Rows of job ${id}: ${countsOf(last)}.`)
  if (counts && counts.failed + counts.unknown > 0 && !cli.json())
    cli.say(`For the reasons, run: entrapipe jobs results ${id} --outcome failed,unknown`)
  if (last.state === 'paused' && !cli.json())
    cli.say(`Rows that are pending wait until the job is continued: entrapipe jobs resume ${id}`)
  const why = whyOf(error)
  if (why !== undefined && !cli.json()) cli.say(why)
  if (last.tenants && !cli.json()) await printParts(client, id, cli, ({ state }) => state !== 'done')
  cli.exit(exitOf(last))
}

/** Follows a job until it has ended. */
export const watchJob = async (id: string, wish: ServerWish, cli: Cli): Promise<void> =>
  followJob(await openClient(wish, cli), id, cli)
