import { statfs } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import { EntrapipeError } from '../../core/errors.ts'
import type { Tables } from '../../store/tables/tables.ts'
import { objectOf, problems } from '../schemas.ts'

const ok = { 200: { description: 'It is.', ...objectOf({ status: { type: 'string', enum: ['ok'] } }) } }

/** How many bytes can still be written to the disk of a folder. */
export type FreeSpace = (folder: string) => Promise<number>

/** Less is too little for the pages of a database and a part of an upload. */
const leastFree = 64 * 1024 * 1024

/** See `FreeSpace`. A folder that cannot be read has none. */
export const freeSpace: FreeSpace = async folder => {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch {
    return 0
  }
}

/** Whether the server runs, and whether it can work, for what supervises it. */
export const healthRoutes = async (
  app: FastifyInstance,
  { tables, folders, free }: { readonly tables: Tables; readonly folders: readonly string[]; readonly free: FreeSpace },
): Promise<void> => {
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
      for (const folder of folders)
        if ((await free(folder)) < leastFree)
          throw new EntrapipeError('SERVER_UNAVAILABLE', 'A disk with the state or the files of jobs is full.', {
            fix: 'Make room: jobs that were stopped by that continue with resume.',
          })
      return { status: 'ok' }
    },
  )
}
