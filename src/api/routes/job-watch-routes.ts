import { Readable } from 'node:stream'
import { create as attachment } from 'content-disposition'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Clock } from '../../core/clock.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { Job } from '../../jobs/job.ts'
import type { JobListEvent } from '../../jobs/job-list-events.ts'
import type { Jobs } from '../../jobs/jobs.ts'
import type { Store } from '../../store/store.ts'
import { callerOf } from '../create-app.ts'
import { briefOf } from '../jobs/brief.ts'
import { eventStream } from '../jobs/event-stream.ts'
import type { JobFiles } from '../jobs/job-files.ts'
import { jobParams } from '../jobs/job-schema.ts'
import type { JobAccess } from '../jobs/open-jobs.ts'
import { objectOf, problems } from '../schemas.ts'
import { resultsRoute } from './results-route.ts'

const tags = ['jobs']
const text = { type: 'string' }
const lastEventId = {
  type: 'object',
  properties: { 'last-event-id': { ...text, description: 'Continues behind this event.' } },
}
/** How a job is followed: its events, results and files. */
export const jobWatchRoutes = async (
  app: FastifyInstance,
  options: {
    readonly jobs: Jobs
    readonly access: JobAccess
    readonly store: Pick<Store, 'get' | 'read'>
    readonly files: JobFiles
    readonly clock: Clock
    /** Aborted when the server closes. */
    readonly signal: AbortSignal
  },
): Promise<void> => {
  const { jobs, access, store, files, clock } = options
  /** Aborted when the reader has gone, or the server closes. */
  const untilClosed = ({ raw }: FastifyReply): AbortSignal => {
    const gone = new AbortController()
    raw.once('close', () => gone.abort())
    return AbortSignal.any([gone.signal, options.signal])
  }
  const stream = (reply: FastifyReply, lines: AsyncIterable<string>): FastifyReply =>
    reply
      .type('text/event-stream')
      .header('X-Accel-Buffering', 'no')
      .send(Readable.from(lines, { objectMode: false }))

  resultsRoute(app, {
    ...{
      path: '/api/jobs/:id/results',
      summary: 'The results of the rows of a job',
      tag: 'jobs',
      params: jobParams,
      store,
    },
    async runsOf(request) {
      const job = await access.own(request)
      return {
        id: job.id,
        runs: (job.tenants ? await jobs.parts(job.id) : [job]).flatMap(runsOf),
        reader: job.tenants ? undefined : (job.planned?.run ?? job.run),
      }
    },
  })

  app.get(
    '/api/jobs/:id/files',
    {
      schema: {
        tags,
        summary: 'The files that a job wrote',
        params: jobParams,
        response: {
          200: {
            description:
              'Those that are complete. Of a job over several tenants, each has its tenant, and the job from which it is got. Those at a place of the administrator tell it in `at`, and are got there.',
            ...objectOf({
              items: {
                type: 'array',
                items: objectOf(
                  { name: text, bytes: { type: 'integer' }, sha256: text, tenant: text, job: text, at: text },
                  ['tenant', 'job', 'at'],
                ),
              },
            }),
          },
          ...problems(404),
        },
      },
    },
    async request => {
      const job = await access.own(request)
      if (!job.tenants) return { items: await files.list(await jobs.paths(job.id), job) }
      const items = []
      for (const part of await jobs.parts(job.id))
        for (const file of await files.list(await jobs.paths(part.id), part))
          items.push({ ...file, tenant: part.tenant, job: part.id })
      return { items }
    },
  )
  app.get<{ Params: { id: string; name: string } }>(
    '/api/jobs/:id/files/:name',
    {
      schema: {
        tags,
        summary: 'A file that a job wrote',
        params: objectOf({ ...(jobParams['properties'] as object), name: { ...text, maxLength: 250 } }),
        response: {
          200: {
            description: 'The file.',
            content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
          },
          ...problems(404),
        },
      },
    },
    async (request, reply) => {
      const { id } = await access.own(request)
      const { name } = request.params
      const { bytes, read } = await files.find(await jobs.paths(id), name)
      return reply
        .type('application/octet-stream')
        .header('Content-Disposition', attachment(name))
        .header('Content-Length', bytes)
        .send(Readable.from(read(), { objectMode: false }))
    },
  )

  app.get<{ Headers: { 'last-event-id'?: string } }>(
    '/api/jobs/:id/events',
    {
      schema: {
        tags,
        summary: 'What happens to a job, until it has ended',
        description:
          'Server-sent events: `progress`, `state` and `end`, each with the whole job. A comment comes every 15 seconds.',
        params: jobParams,
        headers: lastEventId,
        response: {
          200: { description: 'Events.', content: { 'text/event-stream': { schema: text } } },
          ...problems(404, 422),
        },
      },
    },
    async (request, reply) => {
      const { id } = await access.own(request)
      const after = request.headers['last-event-id']
      if (after !== undefined && !/^\d{1,15}\.\d{1,15}$/.test(after))
        throw new EntrapipeError('OPTION_INVALID', 'Last-Event-ID is not the id of an event of a job.')
      const signal = untilClosed(reply)
      return stream(
        reply,
        eventStream(jobs.events(id, after, signal), {
          ...{ clock, signal, shown: access.shown },
          mayRead: request.isStillSignedIn,
        }),
      )
    },
  )

  app.get<{ Headers: { 'last-event-id'?: string } }>(
    '/api/jobs/events',
    {
      schema: {
        tags,
        summary: 'What happens to all jobs',
        description:
          'Server-sent events named `jobs`: `items` are jobs that have changed, as the list shows them with `brief`; `removed` are ids of jobs that were deleted. A comment comes every 15 seconds.',
        headers: lastEventId,
        response: {
          200: { description: 'Events.', content: { 'text/event-stream': { schema: text } } },
          ...problems(422),
        },
      },
    },
    async (request, reply) => {
      const after = request.headers['last-event-id']
      if (after !== undefined && !/^\d{1,15}$/.test(after))
        throw new EntrapipeError('OPTION_INVALID', 'Last-Event-ID is not the id of an event of jobs.')
      const signal = untilClosed(reply)
      const since = after === undefined ? clock.now() : Number(after)
      const events = jobs.listEvents(access.tenantsOf(callerOf(request)), since, signal)
      return stream(
        reply,
        eventStream(named(events), {
          ...{ clock, signal, shown: brief(access.shown) },
          mayRead: request.isStillSignedIn,
        }),
      )
    },
  )
}

/** The runs with the results of a job: what its plan left out comes first. */
const runsOf = ({ run, planned }: Job): readonly string[] => [planned?.run, run].filter(each => each !== undefined)

/** Events of lists, with names and ids. */
async function* named(events: AsyncIterable<JobListEvent>) {
  for await (const { at, ...data } of events) yield { id: String(at), event: 'jobs', data }
}

const brief =
  (shown: JobAccess['shown']) =>
  ({ items, removed }: Omit<JobListEvent, 'at'>): object => ({
    items: items.map(job => briefOf(shown(job))),
    removed,
  })
