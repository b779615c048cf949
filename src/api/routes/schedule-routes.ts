import type { NamedPlaces } from '../../core/named-places.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { given } from '../../core/given.ts'
import type { Schedule, ScheduleTimes } from '../../jobs/schedules/schedule.ts'
import { unknownSchedule } from '../../jobs/schedules/schedule-errors.ts'
import type { Schedules } from '../../jobs/schedules/schedules.ts'
import type { GivenWhen } from '../../jobs/schedules/when.ts'
import type { Caller } from '../access/caller.ts'
import { callerOf } from '../create-app.ts'
import { jobFields, jobReply } from '../jobs/job-schema.ts'
import { chosenTenants, scheduledTenants } from '../jobs/chosen-tenants.ts'
import type { JobAccess } from '../jobs/open-jobs.ts'
import type { Pipelines } from '../jobs/pipelines.ts'
import { orderOf, type JobBody } from '../jobs/wish-of.ts'
import { objectOf, problems, timeSchema } from '../schemas.ts'
import type { Uploads } from '../uploads/uploads.ts'
import type { Schema } from '../validation.ts'
import { orderFields, several } from './job-routes.ts'

/** What the routes of schedules need. */
interface ScheduleRouteOptions {
  readonly schedules: Schedules
  readonly access: JobAccess
  readonly pipelines: Pipelines
  readonly uploads: Uploads
  /** Tags of tenants by name. */
  readonly tagsOf: (tenant: string) => readonly string[]
  readonly places: NamedPlaces
}

const text = { type: 'string', minLength: 1, maxLength: 200 }
const notAfterMs = {
  type: 'integer',
  minimum: 1000,
  description: 'How late a job may start, in milliseconds; else it is missed.',
}
const missed = {
  type: 'string',
  enum: ['once', 'skip'],
  description: 'Times that passed while the server was stopped: one job for all of them, or none.',
}
const when: Schema = {
  ...objectOf(
    {
      at: { ...timeSchema, description: 'Once.' },
      cron: { ...text, description: 'Minute, hour, day of the month, month, day of the week.' },
      daily: { ...text, description: 'HH:MM' },
      weekly: { ...text, description: 'mon@HH:MM, or several days with commas.' },
      monthly: {
        ...text,
        description: '1@HH:MM to 31@HH:MM, or last@HH:MM. A day that a month lacks is its last one.',
      },
      timeZone: { ...text, description: 'IANA name, for all but at.' },
    },
    ['at', 'cron', 'daily', 'weekly', 'monthly', 'timeZone'],
  ),
  description: 'Exactly one of at, cron, daily, weekly and monthly.',
}

const { at: _, notAfter: __, dryRun: ___, ...fields } = jobFields
const { tenant, ...rest } = fields
const bodyFields = { when, missed, notAfterMs, tenant, ...several, ...orderFields, ...rest }
const optionalFields = [
  ...['tenant', 'tenants', 'tags', 'missed', 'notAfterMs', 'params', 'upload', 'fileName', 'columns', 'key'],
  ...Object.keys(rest),
]

/** What a schedule is replaced by: its name stays. */
interface ReplacingBody extends Omit<JobBody, 'at' | 'notAfter' | 'dryRun'> {
  readonly when: GivenWhen
  readonly missed?: Schedule['missed']
  readonly notAfterMs?: number
}

interface ScheduleBody extends ReplacingBody {
  readonly name: string
}

/** The schema of a schedule, by which replies refer to it. */
export const scheduleSchema: Schema = {
  $id: 'Schedule',
  description: 'What starts a job at its times.',
  ...objectOf(
    {
      name: text,
      pipeline: text,
      params: { type: 'object', additionalProperties: true, description: 'Without files.' },
      tenant: { ...text, description: '*: several.' },
      tenants: { ...several.tenants, description: 'Several, or all that the server has when the time comes.' },
      tags: { ...several.tags, description: 'Those with one of these tags when the time comes.' },
      options: { type: 'object', additionalProperties: true },
      priority: { type: 'integer' },
      state: { type: 'string', enum: ['active', 'paused', 'ended'] },
      when,
      writes: { type: 'boolean', description: 'Whether its jobs change the directory.' },
      notAfterMs,
      missed,
      by: { type: 'string' },
      createdAt: timeSchema,
      nextAt: { ...timeSchema, description: 'When it starts its next job.' },
      lastAt: { ...timeSchema, description: 'The time of its last job.' },
      lastJob: { type: 'string', description: 'Id of its last job.' },
      alert: { type: 'string', description: 'What a person should look at.' },
      revision: { type: 'integer' },
    },
    ['tenants', 'tags', 'notAfterMs', 'nextAt', 'lastAt', 'lastJob', 'alert'],
  ),
}

const params = objectOf({ name: text })
const reply = (description: string): Schema => ({
  description,
  content: { 'application/json': { schema: { $ref: 'Schedule#' } } },
})
const tags = ['schedules']

/** Schedules: what starts jobs at set times. */
export const scheduleRoutes = async (
  app: FastifyInstance,
  { schedules, access, pipelines, uploads, places, tagsOf }: ScheduleRouteOptions,
): Promise<void> => {
  const config = { role: 'Operator' } as const
  const shown = (schedule: Schedule): Schedule => ({ ...schedule, pipeline: pipelines.shown(schedule.pipeline) })
  const own = async (request: FastifyRequest): Promise<Schedule> => {
    const { name } = request.params as { readonly name: string }
    const found = await schedules.get(name)
    if (!schedules.isOf(found, access.tenantsOf(callerOf(request)))) throw unknownSchedule(name)
    return found
  }

  const wishOf = async (name: string, asked: ReplacingBody, caller: Caller) => {
    const { when: times, missed: missing, notAfterMs: late, ...order } = asked
    const chosen = chosenTenants(order, access, caller, tagsOf)
    return {
      ...(await orderOf(await pipelines.find(order.pipeline), order, caller, { uploads, places })),
      ...scheduledTenants(chosen, order, caller),
      ...{ name, when: times, ...given({ missed: missing, notAfterMs: late }) },
    }
  }

  app.get(
    '/api/schedules',
    {
      schema: {
        tags,
        summary: 'Lists schedules',
        response: {
          200: {
            description: 'By name.',
            ...objectOf({ items: { type: 'array', items: { $ref: 'Schedule#' } } }),
          },
          ...problems(),
        },
      },
    },
    async request => ({ items: (await schedules.list({ tenants: access.tenantsOf(callerOf(request)) })).map(shown) }),
  )
  app.post<{ Body: ScheduleBody }>(
    '/api/schedules',
    {
      config,
      schema: {
        tags,
        summary: 'Adds a schedule',
        body: objectOf({ name: text, ...bodyFields }, optionalFields),
        response: { 201: reply('Added.'), ...problems(400, 404, 409, 415, 422) },
      },
    },
    async (request, answer) => {
      const caller = callerOf(request)
      const { name, ...asked } = request.body
      const added = await schedules.add(await wishOf(name, asked, caller), caller)
      return answer
        .status(201)
        .header('Location', `/api/schedules/${encodeURIComponent(name)}`)
        .send(shown(added))
    },
  )
  app.get(
    '/api/schedules/:name',
    {
      schema: {
        tags,
        summary: 'Shows a schedule',
        params,
        response: { 200: reply('The schedule.'), ...problems(404) },
      },
    },
    async request => shown(await own(request)),
  )
  app.put<{ Body: ReplacingBody }>(
    '/api/schedules/:name',
    {
      config,
      schema: {
        tags,
        summary: 'Replaces what a schedule starts, and when',
        description: 'Its jobs are then submitted by who has replaced it. One that is paused stays paused.',
        params,
        body: objectOf(bodyFields, optionalFields),
        response: { 200: reply('The schedule.'), ...problems(400, 404, 409, 415, 422) },
      },
    },
    async request => {
      const { name } = await own(request)
      const caller = callerOf(request)
      return shown(await schedules.replace(await wishOf(name, request.body, caller), caller))
    },
  )
  app.patch<{ Body: ScheduleTimes }>(
    '/api/schedules/:name',
    {
      config,
      schema: {
        tags,
        summary: 'Changes when a schedule starts jobs',
        description: 'Its jobs are then submitted by who has changed it. One that is paused stays paused.',
        params,
        body: objectOf({ when, missed, notAfterMs: { ...notAfterMs, type: ['integer', 'null'] } }, [
          ...['when', 'missed', 'notAfterMs'],
        ]),
        response: { 200: reply('The schedule.'), ...problems(400, 404, 409, 415, 422) },
      },
    },
    async request => {
      const { name } = await own(request)
      return shown(await schedules.retime(name, request.body, callerOf(request)))
    },
  )
  app.get<{ Querystring: { limit?: number } }>(
    '/api/schedules/:name/next',
    {
      schema: {
        tags,
        summary: 'Lists the next times of a schedule',
        params,
        querystring: objectOf({ limit: { type: 'integer', minimum: 1, maximum: 100 } }, ['limit']),
        response: {
          200: { description: 'The first one first.', ...objectOf({ items: { type: 'array', items: timeSchema } }) },
          ...problems(404, 422),
        },
      },
    },
    async request => ({ items: await schedules.next((await own(request)).name, request.query.limit ?? 5) }),
  )
  for (const [action, summary] of [
    ['pause', 'Starts no more jobs until it is resumed'],
    ['resume', 'Starts jobs again, from now on'],
  ] as const)
    app.post(
      `/api/schedules/:name/${action}`,
      { config, schema: { tags, summary, params, response: { 200: reply('The schedule.'), ...problems(404, 409) } } },
      async request => shown(await schedules[action]((await own(request)).name, callerOf(request))),
    )
  app.post(
    '/api/schedules/:name/run',
    {
      config,
      schema: {
        tags,
        summary: 'Starts its job now, besides its times',
        params,
        response: { 202: jobReply('The job.'), ...problems(404, 409) },
      },
    },
    async (request, answer) => access.accept(answer, await schedules.run((await own(request)).name, callerOf(request))),
  )
  app.delete(
    '/api/schedules/:name',
    {
      config,
      schema: {
        tags,
        summary: 'Removes a schedule; its jobs stay',
        params,
        response: { 204: { description: 'Removed.', type: 'null' }, ...problems(404) },
      },
    },
    async (request, answer) => {
      await schedules.remove((await own(request)).name, callerOf(request))
      return answer.status(204).send()
    },
  )
}
