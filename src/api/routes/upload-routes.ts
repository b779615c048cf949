import type { FastifyInstance } from 'fastify'
import type { IncomingMessage } from 'node:http'
import { EntrapipeError } from '../../core/errors.ts'
import { findFileOperation, unknownOperation } from '../../catalogue/file-operations.ts'
import { callerOf } from '../create-app.ts'
import { objectOf, problems } from '../schemas.ts'
import { nameIn } from '../uploads/file-name.ts'
import type { Uploads } from '../uploads/uploads.ts'

const problemOfRow = objectOf(
  {
    row: { type: ['integer', 'string'], description: 'The line of the row, or its index in a JSON array.' },
    column: { type: 'string' },
    message: { type: 'string' },
    fix: { type: 'string' },
  },
  ['column', 'fix'],
)

const schema = {
  tags: ['uploads'],
  summary: 'Sends a file and checks its rows',
  description:
    'The body is the file as it is. Its name comes in `Content-Disposition: attachment; filename="people.csv"`, and its ending says the format: .csv, .jsonl, .ndjson or .json, each also with .gz or .zst, or .xlsx. Rows are checked while they arrive, against the operation if one is named.',
  consumes: ['application/octet-stream'],
  querystring: objectOf(
    { operation: { type: 'string', maxLength: 100, description: 'What the rows are for, such as "users create".' } },
    ['operation'],
  ),
  response: {
    201: {
      description: 'The file is there. Rows with problems will fail.',
      ...objectOf({
        id: { type: 'string', format: 'uuid' },
        name: { type: 'string' },
        rows: { type: 'integer' },
        bytes: { type: 'integer' },
        sha256: { type: 'string' },
        wrong: { type: 'integer', description: 'Rows that have a problem.' },
        problems: { type: 'array', maxItems: 100, items: problemOfRow },
        notes: { type: 'array', items: { type: 'string' } },
      }),
    },
    ...problems(400, 413, 415, 422, 507),
  },
}

/** The address for files. @param mostBytes of one */
export const uploadRoutes = async (
  app: FastifyInstance,
  { uploads, mostBytes }: { readonly uploads: Uploads; readonly mostBytes: number },
): Promise<void> => {
  await app.register(async scope => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (request, body, done) => {
      // Other types are not looked at: curl sends files as application/x-www-form-urlencoded.
      if (/^multipart\//i.test(request.headers['content-type'] ?? ''))
        return done(
          new EntrapipeError('CONTENT_UNSUPPORTED', 'A form is not accepted: the body must be the file itself.'),
        )
      done(null, body)
    })
    scope.post<{ Querystring: { operation?: string } }>(
      '/api/uploads',
      { config: { role: 'Operator' }, schema },
      async (request, reply) => {
        const name = nameIn(request.headers['content-disposition'])
        const { operation } = request.query
        const asked = operation === undefined ? undefined : await findFileOperation(operation)
        if (operation !== undefined && !asked)
          throw unknownOperation(operation, 'Leave the operation out to check only the format.')
        if (Number(request.headers['content-length'] ?? 0) > mostBytes)
          throw new EntrapipeError('BODY_TOO_LARGE', `${name} is larger than the server accepts.`, {
            facts: { mostBytes },
          })
        if (!request.body) throw new EntrapipeError('REQUEST_MALFORMED', 'The request has no body.')
        const over = new AbortController()
        reply.raw.once('close', () => {
          if (!reply.raw.writableEnded) over.abort(new EntrapipeError('INTERRUPTED', 'The request ended early.'))
        })
        // The connection stays for the reply when the rest is not read.
        const pieces = (request.body as IncomingMessage).iterator({ destroyOnReturn: false })
        const made = await uploads.add({ name, operation: asked }, pieces, callerOf(request), over.signal)
        return reply.status(201).send(made)
      },
    )
  })
}
