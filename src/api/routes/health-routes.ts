import type { FastifyInstance } from 'fastify'
import { EntrapipeError } from '../../core/errors.ts'
import type { Tables } from '../../store/tables/tables.ts'
import { objectOf, problems } from '../schemas.ts'

const ok = { 200: { description: 'It is.', ...objectOf({ status: { type: 'string', enum: ['ok'] } }) } }

/** Whether the server runs, and whether it can work, for what supervises it. */
export const healthRoutes = async (app: FastifyInstance, { tables }: { readonly tables: Tables }): Promise<void> => {
  const tags = ['health']
  const config = { open: true, rateLimit: false } as const
  app.get(
    '/healthz',
    { config, schema: { tags, summary: 'Whether the server runs', security: [], response: ok } },
    async () => ({
      status: 'ok',
    }),
  )
  app.get(
    '/readyz',
    {
      config,
      schema: {
        tags,
        summary: 'Whether the server can take jobs',
        security: [],
        response: { ...ok, ...problems(503) },
      },
    },
    async () => {
      try {
        await tables.query('select 1 as one')
      } catch (cause) {
        throw new EntrapipeError('SERVER_UNAVAILABLE', 'The database of jobs does not answer.', { cause })
      }
      return { status: 'ok' }
    },
  )
}
