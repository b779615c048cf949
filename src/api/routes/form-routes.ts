import { stringify } from 'csv-stringify/sync'
import { create as attachment } from 'content-disposition'
import type { FastifyInstance } from 'fastify'
import { commandWords } from '../../core/command-words.ts'
import { exportKinds } from '../../catalogue/exports/kinds.ts'
import { findFileOperation, unknownOperation } from '../../catalogue/file-operations.ts'
import { listableProperties, memberColumns, usualProperties } from '../../data/listing.ts'
import { presets } from '../../data/presets/presets.ts'
import { templateOf } from '../../operations/columns/template-of.ts'
import { objectOf, problems } from '../schemas.ts'

/** The types of Microsoft's schema that exports read. */
const types: Readonly<Record<string, string>> = {
  users: 'user',
  groups: 'group',
  devices: 'device',
  applications: 'application',
  'service-principals': 'servicePrincipal',
  'deleted-users': 'user',
  'deleted-groups': 'group',
}

const text = { type: 'string' }
const texts = { type: 'array', items: text }
const tags = ['about']

const columnsOf = (kind: string): readonly string[] => {
  if (kind === 'members') return memberColumns
  const type = types[kind]
  return type === undefined ? [] : [...new Set([...(usualProperties(type) ?? []), ...listableProperties(type)])]
}

/** What forms need to know beside the parameters of pipelines. */
export const formRoutes = async (app: FastifyInstance): Promise<void> => {
  app.get(
    '/api/exports',
    {
      schema: {
        tags,
        summary: 'What can be exported, with the columns and known layouts of each',
        response: {
          200: {
            description: 'In the order of the command line.',
            ...objectOf({
              items: {
                type: 'array',
                items: objectOf({
                  name: { ...text, description: 'Of `export` NAME.' },
                  columns: texts,
                  presets: { type: 'array', items: objectOf({ name: text, summary: text }) },
                }),
              },
            }),
          },
          ...problems(),
        },
      },
    },
    async () => ({
      items: exportKinds
        .filter(kind => kind !== 'graph')
        .map(name => ({
          name,
          columns: columnsOf(name),
          presets: presets.filter(({ of }) => of === name).map(({ name, summary }) => ({ name, summary })),
        })),
    }),
  )
  app.get<{ Querystring: { operation: string } }>(
    '/api/template',
    {
      schema: {
        tags: ['uploads'],
        summary: 'A CSV file to fill in with the rows of an operation',
        querystring: objectOf({ operation: { type: 'string', minLength: 1, maxLength: 100 } }),
        response: {
          200: { description: 'The template.', content: { 'text/csv': { schema: text } } },
          ...problems(422),
        },
      },
    },
    async ({ query }, reply) => {
      const operation = await findFileOperation(query.operation)
      if (!operation) throw unknownOperation(query.operation, 'Choose one of the pipelines that read a file.')
      return reply
        .type('text/csv; charset=utf-8')
        .header('Content-Disposition', attachment(`${commandWords(operation.kind).replaceAll(' ', '-')}.csv`))
        .send(stringify(templateOf(operation).map(cells => [...cells])))
    },
  )
}
