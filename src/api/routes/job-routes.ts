import type { FastifyInstance } from 'fastify'
import { jobStates, type JobState } from '../../jobs/job.ts'
import type { Jobs } from '../../jobs/jobs.ts'
import type { Clock } from '../../core/clock.ts'
import { given } from '../../core/given.ts'
import { callerOf } from '../create-app.ts'
import { briefOf } from '../jobs/brief.ts'
import { chosenTenants } from '../jobs/chosen-tenants.ts'
import { jobFields, jobParams, jobReply, keyHeader } from '../jobs/job-schema.ts'
import { keyOf, type JobAccess } from '../jobs/open-jobs.ts'
import type { NamedPlaces } from '../../core/named-places.ts'
import type { NewOutput } from '../jobs/new-output.ts'
import type { Pipelines } from '../jobs/pipelines.ts'
import { wishOf, type JobBody } from '../jobs/wish-of.ts'
import { objectOf, problems } from '../schemas.ts'
import type { Uploads } from '../uploads/uploads.ts'

/** What the routes of jobs need. */
export interface JobRouteOptions {
  readonly jobs: Jobs
  readonly access: JobAccess
  readonly pipelines: Pipelines
  readonly uploads: Uploads
  /** The folder in which each output has a folder. */
  readonly newOutput: NewOutput
  readonly places: NamedPlaces
  readonly clock: Clock
  /** Tags of tenants by name. */
  readonly tagsOf: (tenant: string) => readonly string[]
}

const { tenant, ...rest } = jobFields

/** Fields of a body that are about what is run, with its files. */
export const orderFields = {
  pipeline: { type: 'string', minLength: 1, maxLength: 200, description: 'Its name, such as "users create".' },
  params: { type: 'object', additionalProperties: true, description: 'As /api/pipelines describes them.' },
  upload: { type: 'string', format: 'uuid', description: 'The file with the rows.' },
  fileName: {
    type: 'string',
    minLength: 1,
    maxLength: 150,
    description:
      'The name of the file that it writes, such as users.csv. One that ends with a slash is a folder of part files, whose format is in params.',
  },
  columns: {
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Properties by columns of the file.',
  },
  key: { type: 'string', minLength: 1, description: 'The property that names the object of a row.' },
} as const

/** Fields of a body that name several tenants. */
export const several = {
  tenants: {
    anyOf: [
      { type: 'string', enum: ['all'] },
      { type: 'array', items: { type: 'string', minLength: 1, maxLength: 200 }, minItems: 1, maxItems: 1000 },
    ],
    description: 'Several tenants in one job, or all.',
  },
  tags: {
    type: 'array',
    items: { type: 'string', minLength: 1 },
    minItems: 1,
    description: 'Tenants with one of them.',
  },
} as const

const body = objectOf({ tenant, ...several, ...orderFields, ...rest }, [
  ...['tenant', 'tenants', 'tags', 'params', 'upload', 'fileName', 'columns', 'key'],
  ...Object.keys(rest),
])

/** The query of lists. */
const listQuery = objectOf(
  {
    tenant: { type: 'string' },
    state: { type: 'array', items: { type: 'string', enum: jobStates }, description: 'May be repeated.' },
    pipeline: { type: 'string' },
    parent: { type: 'string' },
    partOf: { type: 'string', description: 'The jobs of the tenants of a job over several.' },
    limit: { type: 'integer', minimum: 1, maximum: 1000 },
    cursor: { type: 'string', maxLength: 200, description: '`next` of the page before.' },
    brief: { type: 'boolean', description: 'Leaves out `params` and `preview`.' },
  },
  ['tenant', 'state', 'pipeline', 'parent', 'partOf', 'limit', 'cursor', 'brief'],
)

/** A query of lists. */
export interface ListQuery {
  readonly tenant?: string
  readonly state?: readonly JobState[]
  readonly pipeline?: string
  readonly parent?: string
  readonly partOf?: string
  readonly limit?: number
  readonly cursor?: string
  readonly brief?: boolean
}

/** The reply of lists. */
export const listReply = {
  description: 'The newest first, and the cursor of the next page, if there is one.',
  ...objectOf({ items: { type: 'array', items: { $ref: 'Job#' } }, next: { type: 'string' } }, ['next']),
}

const tags = ['jobs']
const refused = problems(400, 404, 409, 415, 422, 507)

/** Submits, lists and shows jobs. */
export const jobRoutes = async (
  app: FastifyInstance,
  { jobs, access, pipelines, uploads, places, newOutput, clock, tagsOf }: JobRouteOptions,
): Promise<void> => {
  const operator = { role: 'Operator' } as const

  for (const [path, summary, isPreview] of [
    ['/api/jobs', 'Submits a job', false],
    ['/api/preview', 'Submits a job that shows what it would do, and sends nothing', true],
  ] as const)
    app.post<{ Body: JobBody }>(
      path,
      {
        config: operator,
        schema: {
          tags,
          summary,
          headers: keyHeader,
          body,
          response: { 202: jobReply('It is accepted.'), ...refused },
        },
      },
      async (request, reply) => {
        const caller = callerOf(request)
        const asked = isPreview ? { ...request.body, dryRun: true } : request.body
        const chosen = chosenTenants(asked, access, caller, tagsOf)
        const pipeline = await pipelines.find(asked.pipeline)
        const { wish, pathsOf } = await wishOf(pipeline, asked, caller, {
          uploads,
          places,
          newOutput,
          now: clock.now(),
        })
        if ('tenant' in chosen)
          return access.accept(
            reply,
            await jobs.submit({ ...wish, ...chosen, paths: await pathsOf() }, caller, keyOf(request)),
          )
        const parts = []
        for (const tenant of chosen.tenants) parts.push({ tenant, paths: await pathsOf() })
        return access.accept(reply, await jobs.submitWhole({ ...wish, parts }, caller, keyOf(request)))
      },
    )

  app.get<{ Querystring: ListQuery }>(
    '/api/jobs',
    {
      schema: {
        tags,
        summary: 'Lists jobs',
        querystring: listQuery,
        response: { 200: listReply, ...problems(422) },
      },
    },
    async request => {
      const { tenant: only, brief, ...query } = request.query
      const caller = callerOf(request)
      // A name that is misspelt would have an empty list.
      if (only !== undefined) access.expectTenant(caller, only)
      const tenants = only === undefined ? access.tenantsOf(caller) : [only]
      const { items, next } = await jobs.list({ ...given(query), tenants })
      const shown = items.map(access.shown)
      return { items: brief ? shown.map(briefOf) : shown, ...given({ next }) }
    },
  )
  app.get(
    '/api/jobs/:id',
    {
      schema: {
        tags,
        summary: 'Shows a job',
        params: jobParams,
        response: { 200: jobReply('The job.'), ...problems(404) },
      },
    },
    async request => access.shown(await access.own(request)),
  )
  app.delete(
    '/api/jobs/:id',
    {
      config: operator,
      schema: {
        tags,
        summary: 'Deletes a job that has ended',
        description: 'Its results are gone, and it can no longer be undone. The audit stays.',
        params: jobParams,
        response: { 204: { description: 'Deleted.', type: 'null' }, ...problems(404, 409) },
      },
    },
    async (request, reply) => {
      const { id } = await access.own(request)
      await jobs.remove(id, callerOf(request))
      return reply.status(204).send()
    },
  )
}
