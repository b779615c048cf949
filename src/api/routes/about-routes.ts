import type { FastifyInstance } from 'fastify'
import { findFileOperation } from '../../catalogue/file-operations.ts'
import type { Params } from '../../engine/params.ts'
import type { Jobs } from '../../jobs/jobs.ts'
import { callerOf } from '../create-app.ts'
import type { JobAccess } from '../jobs/open-jobs.ts'
import { paramSchema } from '../jobs/param-schema.ts'
import type { Pipelines } from '../jobs/pipelines.ts'
import { objectOf, problems, timeSchema } from '../schemas.ts'
import { given } from '../../core/given.ts'
import { cursorOf } from '../../jobs/job-audit.ts'
import type { NamedPlaces } from '../../core/named-places.ts'
import { isRemote } from '../../places/objects-at.ts'

const tags = ['about']
const text = { type: 'string' }
const names = { type: 'array', items: text }

const placedAs = (place: 'input' | 'output', params: Params): readonly string[] =>
  Object.keys(params).filter(name => params[name]!.place === place)

/** What a server can do, and what was done with it. */
export const aboutRoutes = async (
  app: FastifyInstance,
  {
    jobs,
    access,
    pipelines,
    tagsOf,
    places,
  }: {
    readonly jobs: Jobs
    readonly access: JobAccess
    readonly pipelines: Pipelines
    readonly tagsOf: (tenant: string) => readonly string[]
    readonly places: NamedPlaces
  },
): Promise<void> => {
  app.get(
    '/api/pipelines',
    {
      schema: {
        tags,
        summary: 'The pipelines that jobs may run, with their parameters as JSON Schemas',
        response: {
          200: {
            description: 'By name.',
            ...objectOf({
              items: {
                type: 'array',
                items: objectOf(
                  {
                    name: text,
                    summary: text,
                    params: { type: 'object', additionalProperties: true },
                    inputs: { ...names, description: 'Parameters that are files which are sent.' },
                    output: { ...text, description: 'The parameter that is the name of the file which is written.' },
                    operation: { ...text, description: 'What the rows of a file are checked against.' },
                  },
                  ['output', 'operation'],
                ),
              },
            }),
          },
          ...problems(),
        },
      },
    },
    async () => ({
      items: await Promise.all(
        (await pipelines.list()).map(async ({ name, summary, params }) => ({
          name,
          summary,
          params: paramSchema(params),
          inputs: placedAs('input', params),
          ...given({
            output: placedAs('output', params)[0],
            operation: (await findFileOperation(name)) && name,
          }),
        })),
      ),
    }),
  )
  app.get(
    '/api/tenants',
    {
      schema: {
        tags,
        summary: 'The tenants that the person may use',
        response: {
          200: {
            description: 'By name, with their tags.',
            ...objectOf({ items: { type: 'array', items: objectOf({ name: text, tags: names }) } }),
          },
          ...problems(),
        },
      },
    },
    async request => ({ items: access.tenantsOf(callerOf(request)).map(name => ({ name, tags: tagsOf(name) })) }),
  )
  app.get(
    '/api/places',
    {
      schema: {
        tags,
        summary: 'The places of the administrator that jobs may write to',
        description:
          'An output names one before a colon: `lake:users/`. Its files are in a folder of their tenant there.',
        response: {
          200: {
            description: 'By name. `folders`: whether only folders of part files can be written there.',
            ...objectOf({ items: { type: 'array', items: objectOf({ name: text, folders: { type: 'boolean' } }) } }),
          },
          ...problems(),
        },
      },
    },
    async () => ({
      items: Object.keys(places)
        .toSorted()
        .map(name => ({ name, folders: isRemote(places[name]!) })),
    }),
  )
  app.get<{ Querystring: { job?: string; limit?: number; cursor?: string } }>(
    '/api/audit',
    {
      schema: {
        tags,
        summary: 'Who did what with jobs',
        querystring: objectOf({ job: text, limit: { type: 'integer', minimum: 1, maximum: 1000 }, cursor: text }, [
          'job',
          'limit',
          'cursor',
        ]),
        response: {
          200: {
            description: 'The newest first, and the cursor of the next page, if there is one.',
            ...objectOf(
              {
                next: text,
                items: {
                  type: 'array',
                  items: objectOf(
                    {
                      job: text,
                      revision: { type: 'integer' },
                      at: timeSchema,
                      tenant: text,
                      who: text,
                      action: text,
                      from: text,
                      to: text,
                      facts: {},
                    },
                    ['from', 'to', 'facts'],
                  ),
                },
              },
              ['next'],
            ),
          },
          ...problems(422),
        },
      },
    },
    async request => {
      const { limit = 100, ...query } = request.query
      const tenants = access.tenantsOf(callerOf(request))
      const found = await jobs.audit({ ...given(query), tenants, limit: limit + 1 })
      const items = found.slice(0, limit)
      return { items, ...given({ next: found.length > limit ? cursorOf(items.at(-1)!) : undefined }) }
    },
  )
}
