import type { FastifyInstance } from 'fastify'
import { given } from '../../core/given.ts'
import { unknownJob } from '../../jobs/job-errors.ts'
import { jobStates } from '../../jobs/job.ts'
import { callerOf } from '../create-app.ts'
import { jobFields, jobParams, jobReply, keyHeader } from '../jobs/job-schema.ts'
import { keyOf } from '../jobs/open-jobs.ts'
import { selectionParamsOf, selectionSchema, type Term } from '../jobs/selection.ts'
import { wishOf, type JobBody } from '../jobs/wish-of.ts'
import { objectOf, problems } from '../schemas.ts'
import type { Schema } from '../validation.ts'
import { listReply, type JobRouteOptions, type ListQuery } from './job-routes.ts'

const name = { type: 'string', minLength: 1, maxLength: 300 }
const names = { type: 'array', items: name, minItems: 1 }

const skus = { anyOf: [names, { type: 'string', enum: ['all'] }], description: 'Products: part numbers, names or ids.' }
const someSkus = { ...names, description: skus.description }
const location = { ...name, description: 'Of users without one: a code such as DE, or country for that of the user.' }
const untilSeats = { type: 'boolean', description: 'If seats are short, serves only the first users.' }
const preserveMailbox = { type: 'boolean', description: 'Skips what would take the last plan that gives a mailbox.' }
const plans = { ...names, description: 'Service plans: names or ids.' }

/** The fields that each verb has of its own; the first ones are needed. */
const verbs: Readonly<
  Record<
    string,
    { readonly summary: string; readonly needs: Record<string, Schema>; readonly has: Record<string, Schema> }
  >
> = {
  assign: {
    summary: 'Assigns products to users',
    needs: { skus: someSkus },
    has: { onlyPlans: plans, disablePlans: plans, usageLocation: location, untilSeats },
  },
  remove: {
    summary: 'Removes products from users',
    needs: { skus },
    has: {
      preserveMailbox,
      keep: { type: 'string', enum: ['exchange'] },
      after: { ...name, description: 'When, if not now: 30d, 12h, or a date.' },
    },
  },
  modify: {
    summary: 'Turns service plans on and off, or adds a product',
    needs: { skus: someSkus },
    has: { add: name, enablePlans: plans, disablePlans: plans, usageLocation: location, untilSeats, preserveMailbox },
  },
  transfer: {
    summary: 'Replaces products of users by another one',
    needs: { skus: someSkus, to: name },
    has: { newPlans: { type: 'string', enum: ['on', 'off'] }, untilSeats, preserveMailbox },
  },
}

const pipelineOf = (verb: string): string => `licenses ${verb}`

interface LicenceBody extends Omit<JobBody, 'pipeline' | 'params' | 'tenants' | 'tags'> {
  readonly tenant: string
  readonly selection: readonly Term[]
  readonly skus: readonly string[] | 'all'
  readonly [name: string]: unknown
}

const tags = ['licences']

/** Bulk changes of licences, by whom they are for. */
export const licenceRoutes = async (
  app: FastifyInstance,
  { jobs, access, pipelines, uploads, places, newOutput, clock }: Omit<JobRouteOptions, 'tagsOf'>,
): Promise<void> => {
  const base = '/api/automation/bulk-licenses'
  for (const [verb, { summary, needs, has }] of Object.entries(verbs)) {
    const { tenant, ...rest } = jobFields
    app.post<{ Body: LicenceBody }>(
      `${base}/${verb}`,
      {
        config: { role: 'Operator' },
        schema: {
          tags,
          summary,
          headers: keyHeader,
          body: objectOf({ tenant, selection: selectionSchema, ...needs, ...has, ...rest }, [
            ...Object.keys(has),
            ...Object.keys(rest),
          ]),
          response: { 202: jobReply('It is accepted.'), ...problems(400, 404, 409, 415, 422) },
        },
      },
      async (request, reply) => {
        const caller = callerOf(request)
        const { selection, skus: asked, ...body } = request.body
        access.expectTenant(caller, body.tenant)
        const { params, terms, upload } = selectionParamsOf(selection)
        const own = Object.fromEntries(
          Object.keys({ ...needs, ...has }).flatMap(each =>
            each !== 'skus' && body[each] !== undefined ? [[each, body[each]]] : [],
          ),
        )
        const pipeline = await pipelines.find(pipelineOf(verb))
        const { wish, pathsOf } = await wishOf(
          pipeline,
          {
            ...body,
            ...given({ upload }),
            pipeline: pipeline.name,
            params: { ...params, ...own, ...(asked === 'all' ? { all: true } : { sku: asked }) } as NonNullable<
              JobBody['params']
            >,
          },
          caller,
          { uploads, places, newOutput, now: clock.now() },
        )
        const { params: named } = wish
        const job = await jobs.submit(
          { ...wish, tenant: body.tenant, params: { ...named, ...terms }, paths: await pathsOf() },
          caller,
          keyOf(request),
        )
        return access.accept(reply, job)
      },
    )
  }

  app.get<{ Querystring: ListQuery }>(
    `${base}/operations`,
    {
      schema: {
        tags,
        summary: 'Lists jobs that change licences',
        querystring: objectOf(
          {
            tenant: name,
            state: { type: 'array', items: { type: 'string', enum: jobStates }, description: 'May be repeated.' },
            pipeline: { type: 'string', enum: Object.keys(verbs).map(pipelineOf) },
            limit: { type: 'integer', minimum: 1, maximum: 1000 },
            cursor: { type: 'string', maxLength: 200 },
          },
          ['tenant', 'state', 'pipeline', 'limit', 'cursor'],
        ),
        response: { 200: listReply, ...problems(422) },
      },
    },
    async request => {
      const { tenant: only, ...query } = request.query
      const own = access.tenantsOf(callerOf(request))
      const tenants = only === undefined ? own : own.filter(each => each === only)
      const { items, next } = await jobs.list({
        ...given(query),
        tenants,
        pipeline: request.query.pipeline ?? Object.keys(verbs).map(pipelineOf),
      })
      return { items: items.map(access.shown), ...given({ next }) }
    },
  )
  app.get(
    `${base}/operations/:id`,
    {
      schema: {
        tags,
        summary: 'Shows a job that changes licences',
        params: jobParams,
        response: { 200: jobReply('The job.'), ...problems(404) },
      },
    },
    async request => {
      const job = await access.own(request)
      if (!Object.keys(verbs).some(verb => pipelineOf(verb) === job.pipeline)) throw unknownJob(job.id)
      return access.shown(job)
    },
  )
}
