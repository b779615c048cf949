import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import { isDamage } from '../store/database.ts'
import type { Mapping } from './mapping.ts'
import { memoryTables, type Tables } from './tables.ts'

const tableNames = ['feeds', 'begun', 'people', 'effects']

const damaged = (cause: unknown, feed: string, { graph }: Context): EntrapipeError => {
  const file = `lasting/${graph.tenant.id}/hr-${feed}.sqlite`
  return new EntrapipeError(
    'STORE_UNUSABLE',
    `What is remembered of the feed ${feed} is damaged: ${(cause as Error).message.replace(/\.$/, '')}.`,
    {
      cause,
      facts: { file },
      fix: `Put an earlier copy of ${file} into the state folder. Or move the file, and any -wal and -shm beside it, to another folder: the next feed then counts as the first.`,
    },
  )
}

/**
 * The memory of a feed.
 *
 * @throws EntrapipeError `STORE_UNUSABLE` if the file is damaged
 */
export const memoryOf = (ctx: Context, { name }: Pick<Mapping, 'name'>): Tables => {
  try {
    return ctx.lasting(`hr-${name}`, memoryTables)
  } catch (error) {
    throw isDamage(error) ? damaged(error instanceof EntrapipeError ? error.cause : error, name, ctx) : error
  }
}

/** Reads all of a memory once: a damaged page would be nobody's. @throws EntrapipeError `STORE_UNUSABLE` */
export const expectSound = ({ sql }: Tables, { name }: Pick<Mapping, 'name'>, ctx: Context): void => {
  try {
    const { quick_check: found } = sql.prepare('pragma quick_check(1)').get() as { readonly quick_check: string }
    if (found !== 'ok') throw damaged(new Error(found), name, ctx)
    for (const table of tableNames) sql.prepare(`select 1 from ${table} limit 1`).get()
  } catch (error) {
    throw isDamage(error) ? damaged(error, name, ctx) : error
  }
}
