import type { FastifyInstance } from 'fastify'
import { referencePage, referenceStyle, type ReferenceDocument } from '../reference-page.ts'

const stylePath = '/api/reference.css'

/** The OpenAPI document of all routes, and a page that shows it. */
export const referenceRoutes = async (app: FastifyInstance): Promise<void> => {
  const config = { open: true } as const
  const schema = { hide: true }
  const documentOf = (): ReferenceDocument => app.swagger() as object as ReferenceDocument
  app.get('/api/openapi.json', { config, schema }, async () => documentOf())
  app.get('/api', { config, schema }, async (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(referencePage(documentOf(), stylePath)),
  )
  app.get(stylePath, { config, schema }, async (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(referenceStyle),
  )
}
