import { EntrapipeError } from '../core/errors.ts'
import type { Value } from '../store/tables/tables.ts'
import type { Job, JobState } from './job.ts'
import { seenBy } from './seen-by.ts'

/** Selects jobs. Omitted fields match every job. */
export interface JobQuery {
  /** The tenants that the person may see; none of their jobs matches an empty list. */
  readonly tenants?: readonly string[]
  readonly state?: readonly JobState[]
  readonly pipeline?: string | readonly string[]
  readonly parent?: string
  /** The jobs of a job over several tenants. @default only those of such a job that is not in the list, since the person may not see it */
  readonly partOf?: string
  /** Only jobs of one tenant, in place of those over several. @default false */
  readonly single?: boolean
  readonly run?: string | readonly string[]
  readonly ids?: readonly string[]
  /** At most 1000. @default 100 */
  readonly limit?: number
  /** `next` of the page before. */
  readonly cursor?: string
}

/** Some jobs, and the cursor of the next page unless it is the last one. */
export interface JobPage {
  readonly items: readonly Job[]
  readonly next?: string
}

const mostAtOnce = 1000

/** @throws EntrapipeError `OPTION_INVALID` for a cursor that is none */
export const asQuery = ({
  tenants,
  state,
  pipeline,
  parent,
  partOf,
  single = false,
  run,
  ids,
  limit = 100,
  cursor,
}: JobQuery) => {
  const values: Value[] = []
  const add = (value: Value): string => `$${values.push(value)}`
  const oneOf = (name: string, of: readonly string[] | undefined): readonly string[] =>
    of === undefined ? [] : [of.length === 0 ? '1 = 0' : `${name} in (${of.map(add).join(', ')})`]
  const equal = (name: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [`${name} = ${add(value)}`]
  const hidden = (): readonly string[] => [
    tenants ? `(part_of is null or ${seenBy(tenants, 'jobs.part_of', add).others})` : 'part_of is null',
  ]
  const where = [
    ...(tenants ? [seenBy(tenants, 'jobs.id', add).jobs] : []),
    ...(single ? ['parts is null'] : partOf === undefined ? hidden() : equal('part_of', partOf)),
    ...oneOf('state', state),
    ...oneOf('pipeline', typeof pipeline === 'string' ? [pipeline] : pipeline),
    ...equal('parent', parent),
    ...oneOf('run', typeof run === 'string' ? [run] : run),
    ...oneOf('id', ids),
  ]
  if (cursor !== undefined) {
    const [at = '', id = ''] = cursor.split('.')
    if (!/^\d{1,15}$/.test(at) || id === '')
      throw new EntrapipeError('OPTION_INVALID', 'The cursor is not one of a list of jobs.', {
        fix: 'Use next of the page before, as it is.',
      })
    where.push(`(created_at, id) < (${add(Number(at))}, ${add(id)})`)
  }
  const most = Math.max(1, Math.min(mostAtOnce, Math.floor(limit)))
  return {
    sql: `select * from jobs ${where.length > 0 ? `where ${where.join(' and ')}` : ''} order by created_at desc, id desc limit ${add(most + 1)}`,
    values,
    limit: most,
  }
}
