import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { version } from '../core/version.ts'
import { jobSchema } from './jobs/job-schema.ts'
import { scheduleSchema } from './routes/schedule-routes.ts'
import { problemSchema } from './schemas.ts'

/** Collects the routes that are added after it, as OpenAPI 3.1. */
export const collectRoutes = async (app: FastifyInstance): Promise<void> => {
  app.addSchema(problemSchema)
  app.addSchema(jobSchema)
  app.addSchema(scheduleSchema)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'entrapipe',
        version,
        description:
          'Bulk operations for Microsoft Entra ID as jobs. Errors are problems (RFC 9457). A request that changes something and uses a session instead of a token has the header `X-Entrapipe: 1`.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'Of `entrapipe access add`, or of Entra.' },
          session: { type: 'apiKey', in: 'cookie', name: 'entrapipe', description: 'Of a browser that is signed in.' },
        },
      },
      security: [{ token: [] }, { session: [] }],
      tags: [
        { name: 'jobs', description: 'Jobs, their results and files.' },
        { name: 'runs', description: 'Runs of the command line.' },
        { name: 'schedules', description: 'What starts jobs at set times.' },
        { name: 'licences', description: 'Licences of users that a selection chooses.' },
        { name: 'uploads', description: 'Files with rows.' },
        { name: 'directory', description: 'What forms ask about a directory.' },
        { name: 'about', description: 'What the server can do.' },
        { name: 'access', description: 'Who may do what.' },
        { name: 'health', description: 'For what supervises the server.' },
      ],
    },
    // A body whose members may all be missing may be missing itself.
    transformObject(document) {
      if (!('openapiObject' in document)) return document.swaggerObject
      for (const methods of Object.values(document.openapiObject.paths ?? {})) {
        const body = methods?.post?.requestBody
        if (!body || !('content' in body)) continue
        const schema = body.content['application/json']?.schema
        if (schema && !('$ref' in schema) && schema.required === undefined) body.required = false
      }
      return document.openapiObject
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, i) =>
        typeof json['$id'] === 'string' ? json['$id'] : `schema-${i}`,
    },
  })
}
