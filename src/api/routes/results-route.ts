import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { outcomes, type Outcome } from '../../core/result.ts'
import type { Store } from '../../store/store.ts'
import { resultPageOf, resultText, resultTypes, type ResultFormat } from '../jobs/results.ts'
import { create as attachment } from 'content-disposition'
import { objectOf, problems } from '../schemas.ts'
import type { Schema } from '../validation.ts'

interface ResultsQuery {
  readonly outcome?: readonly Outcome[]
  readonly format?: ResultFormat
  readonly limit?: number
  readonly cursor?: string
  readonly all?: boolean
}

const text = { type: 'string' }
const resultsQuery = objectOf(
  {
    outcome: { type: 'array', items: { type: 'string', enum: outcomes }, description: 'May be repeated.' },
    format: { type: 'string', enum: Object.keys(resultTypes), description: 'json is a page; csv and jsonl are all.' },
    limit: { type: 'integer', minimum: 1, maximum: 1000, description: 'Of a page.' },
    cursor: { ...text, maxLength: 30 },
    all: { type: 'boolean', description: 'Also of json: all as one list, as a file.' },
  },
  ['outcome', 'format', 'limit', 'cursor', 'all'],
)

/** Reads results of rows, a page or all. */
export const resultsRoute = (
  app: FastifyInstance,
  options: {
    readonly path: string
    readonly summary: string
    readonly tag: string
    readonly params: Schema
    readonly store: Pick<Store, 'get' | 'read'>
    /** Whose results these are, and the runs that have them. */
    readonly runsOf: (request: FastifyRequest) => Promise<{ readonly id: string; readonly runs: readonly string[] }>
  },
): void => {
  const { path, summary, tag, params, store, runsOf } = options
  app.get<{ Querystring: ResultsQuery }>(
    path,
    {
      schema: {
        tags: [tag],
        summary,
        params,
        querystring: resultsQuery,
        response: {
          200: {
            description: 'In the order in which they were recorded.',
            content: {
              [resultTypes.json]: {
                schema: objectOf(
                  { items: { type: 'array', items: { type: 'object', additionalProperties: true } }, next: text },
                  ['next'],
                ),
              },
              'text/csv': { schema: text },
              [resultTypes.jsonl]: { schema: text },
            },
          },
          ...problems(404, 422),
        },
      },
    },
    async (request, reply) => {
      const { id, runs } = await runsOf(request)
      const { format = 'json', all = false, ...query } = request.query
      if (format === 'json' && !all) return runs.length === 0 ? { items: [] } : resultPageOf(store, runs, query)
      return reply
        .type(resultTypes[format])
        .header('Content-Disposition', attachment(`${id}-results.${format}`))
        .send(runs.length === 0 ? '' : Readable.from(resultText(store, runs, format, query), { objectMode: false }))
    },
  )
}
