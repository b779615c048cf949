import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { outcomes, type Outcome } from '../../core/result.ts'
import type { Store } from '../../store/store.ts'
import { inputText, resultPageOf, resultText, resultTypes, type ResultFormat } from '../jobs/results.ts'
import { create as attachment } from 'content-disposition'
import { objectOf, problems } from '../schemas.ts'
import type { Schema } from '../validation.ts'

interface AskedInput {
  readonly id: string
  readonly reader: string | undefined
  readonly format: ResultFormat
  readonly query: Pick<ResultsQuery, 'outcome' | 'cursor' | 'limit'>
}

interface ResultsQuery {
  readonly outcome?: readonly Outcome[]
  readonly format?: ResultFormat
  readonly limit?: number
  readonly cursor?: string
  readonly all?: boolean
  readonly asInput?: boolean
}

const text = { type: 'string' }
const resultsQuery = objectOf(
  {
    outcome: { type: 'array', items: { type: 'string', enum: outcomes }, description: 'May be repeated.' },
    format: { type: 'string', enum: Object.keys(resultTypes), description: 'json is a page; csv and jsonl are all.' },
    limit: { type: 'integer', minimum: 1, maximum: 1000, description: 'Of a page.' },
    cursor: { ...text, maxLength: 30 },
    all: { type: 'boolean', description: 'Also of json: all as one list, as a file.' },
    asInput: {
      type: 'boolean',
      description:
        'Of csv and jsonl: only the columns of the input, to be corrected and sent again. One outcome, or all.',
    },
  },
  ['outcome', 'format', 'limit', 'cursor', 'all', 'asInput'],
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
    readonly runsOf: (request: FastifyRequest) => Promise<{
      readonly id: string
      readonly runs: readonly string[]
      /** The run that read the input. A plan keeps none. */
      readonly reader: string | undefined
    }>
  },
): void => {
  const { path, summary, tag, params, store, runsOf } = options
  const sendInput = async (reply: FastifyReply, { id, reader, format, query }: AskedInput): Promise<FastifyReply> => {
    const { outcome = [], cursor, limit } = query
    const refused = (message: string, fix?: string) => new EntrapipeError('OPTION_INVALID', message, given({ fix }))
    if (format === 'json') throw refused('asInput needs format=csv or format=jsonl.')
    if (cursor !== undefined || limit !== undefined)
      throw refused('With asInput, all rows are sent: leave cursor and limit out.')
    if (outcome.length > 1) throw refused('With asInput, outcome is one outcome, or left out for all rows.')
    if (reader === undefined)
      throw refused(
        'The job itself has no input.',
        'Wait until it has results; of a job over several tenants, ask the job of each.',
      )
    return reply
      .type(resultTypes[format])
      .header('Content-Disposition', attachment(`${id}-again.${format}`))
      .send(await inputText(store, reader, format, outcome[0]))
  }
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
      const { id, runs, reader } = await runsOf(request)
      const { format = 'json', all = false, asInput = false, ...query } = request.query
      if (asInput) return sendInput(reply, { id, reader, format, query })
      if (format === 'json' && !all) return runs.length === 0 ? { items: [] } : resultPageOf(store, runs, query)
      return reply
        .type(resultTypes[format])
        .header('Content-Disposition', attachment(`${id}-results.${format}`))
        .send(runs.length === 0 ? '' : Readable.from(resultText(store, runs, format, query), { objectMode: false }))
    },
  )
}
