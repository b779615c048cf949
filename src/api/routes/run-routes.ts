import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { OtherRuns } from '../../jobs/other-runs.ts'
import type { Store } from '../../store/store.ts'
import { callerOf } from '../create-app.ts'
import { briefOf } from '../jobs/brief.ts'
import type { JobAccess } from '../jobs/open-jobs.ts'
import { objectOf, problems } from '../schemas.ts'
import { listReply } from './job-routes.ts'
import { resultsRoute } from './results-route.ts'

const tags = ['runs']
const params = objectOf({ id: { type: 'string', pattern: '^[0-9a-f-]{1,60}$' } })

/** Runs of the command line in the store of the server. They are looked at here; commands cancel, resume and undo them. */
export const runRoutes = async (
  app: FastifyInstance,
  {
    runs,
    access,
    store,
  }: { readonly runs: OtherRuns; readonly access: JobAccess; readonly store: Pick<Store, 'get' | 'read'> },
): Promise<void> => {
  const seesOf = (request: FastifyRequest) => {
    const caller = callerOf(request)
    return { tenants: access.tenantsOf(caller), all: caller.tenants === 'all' }
  }
  const own = async (request: FastifyRequest) => runs.get((request.params as { id: string }).id, seesOf(request))

  app.get<{ Querystring: { limit?: number; cursor?: string } }>(
    '/api/runs',
    {
      schema: {
        tags,
        summary: 'Lists runs of the command line, in the words of jobs',
        querystring: objectOf(
          {
            limit: { type: 'integer', minimum: 1, maximum: 1000, description: 'A page may have fewer.' },
            cursor: { type: 'string', maxLength: 200, description: '`next` of the page before.' },
          },
          ['limit', 'cursor'],
        ),
        response: { 200: listReply, ...problems(422) },
      },
    },
    async request => {
      const { items, ...next } = await runs.list(seesOf(request), request.query)
      return { items: items.map(run => briefOf(access.shown(run))), ...next }
    },
  )
  app.get(
    '/api/runs/:id',
    {
      schema: {
        tags,
        summary: 'Shows a run of the command line',
        params,
        response: {
          200: { description: 'The run.', content: { 'application/json': { schema: { $ref: 'Job#' } } } },
          ...problems(404),
        },
      },
    },
    async request => access.shown(await own(request)),
  )
  resultsRoute(app, {
    ...{ path: '/api/runs/:id/results', summary: 'The results of the rows of a run', tag: 'runs', params, store },
    async runsOf(request) {
      const { id } = await own(request)
      return { id, runs: [id], reader: id }
    },
  })
}
