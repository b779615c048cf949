import { judge, worst, type Judged } from '../../core/completeness.ts'
import type { Context, Origin } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'
import { readAll } from '../../core/read-all.ts'
import { hasFailed, type Result } from '../../core/result.ts'
import type { Row } from '../../core/row.ts'

/** The result of reading a table. */
export interface TableVerdict extends Judged {
  /** Whether rows are known to be missing, or nothing confirms that the table has all its rows. */
  readonly isPartial: boolean
  /** A sentence about the rows that its source rejected, if any. */
  readonly rejected?: string
  readonly notes: readonly string[]
}

/**
 * Reads the source of a table completely, and judges whether all its rows were read: by its count, by its own report, and by
 * the rows that it rejects. Rejected rows are not results of the run, since the keys of results refer to the run's source.
 *
 * @param each called with the rows of every page
 */
export const readTable = async (
  ctx: Context,
  from: Source<Fields>,
  each: (rows: readonly Row<Fields>[]) => void,
): Promise<TableVerdict> => {
  const rejected: Result[] = []
  const notes = new Set<string>()
  const reasons = new Set<string>()
  let known: Origin = {}
  const reading = Object.create(ctx, {
    settled: { value: (result: Result) => void (hasFailed(result) && rejected.push(result)) },
    origin: {
      value: (told: Origin) => {
        known = { ...known, ...given({ ...told }) }
        if (told.note !== undefined) notes.add(told.note)
        if (told.why !== undefined) reasons.add(told.why)
      },
    },
  }) as Context
  const present = await from.present?.(ctx)
  const before = await from.count?.(ctx)
  // A listing may return objects again, or start over. Rows that are counted twice would hide rows that are missing.
  const seen = from.keys === 'unique' ? ctx.store.set('row keys') : undefined
  let read = 0
  for await (const { rows } of readAll(from, reading)) {
    const isNew = seen?.addAll(rows.map(({ key }) => String(key)))
    const fresh = isNew ? rows.filter((_, at) => isNew[at]) : rows
    read += fresh.length
    each(fresh)
  }
  const [why] = reasons
  const judged = judge({
    read,
    limited: false,
    live: from.usesGraph === true,
    before,
    after: await from.count?.(ctx),
    drift: present === undefined ? undefined : await from.drift?.(ctx, present),
    upstream: known.completeness,
    upstreamWhy: why,
  })
  const isDoubtful = known.completeness === 'unverified' && why !== undefined
  const [first] = rejected
  return {
    ...withLimit(judged, known.limit, from.kind),
    isPartial: judged.completeness === 'short' || isDoubtful || known.limit !== undefined,
    ...given({
      rejected:
        first &&
        `lookup: ${from.kind} rejected ${rejected.length === 1 ? 'a row' : `${rejected.length} rows`}, the first because: ${first.message ?? first.code}`,
    }),
    notes: [...notes],
  }
}

const withLimit = (judged: Judged, limit: number | undefined, kind: string): Judged => {
  if (limit !== undefined && judged.completeness !== 'short')
    return { completeness: 'unverified', why: `lookup: a limit of ${limit} rows ended the listing of ${kind}` }
  return judged.why === undefined ? judged : { ...judged, why: `lookup: of ${kind}, ${judged.why}` }
}

/**
 * Completeness of rows joined with the table. With `keep`, a row that the table rejected leaves nulls. With `reject`, the rows
 * that need it are rejected with that reason.
 *
 * @throws EntrapipeError `INPUT_CUT_OFF` if rows would be dropped, or rejected in numbers, because the table is incomplete
 */
export const joinedBy = (table: TableVerdict, missing: 'keep' | 'drop' | 'reject'): Judged => {
  const { completeness, why, rejected } = table
  const judged = { completeness, ...given({ why }) }
  const lost = table.isPartial ? (why ?? '') : missing === 'drop' ? rejected : undefined
  if (missing !== 'keep' && lost !== undefined)
    throw new EntrapipeError('INPUT_CUT_OFF', `The table of a lookup is incomplete. ${lost}`.trim(), {
      fix: `Correct it, or keep rows whose key is missing, with nulls: missing: 'keep'.`,
    })
  return missing === 'keep' && rejected !== undefined
    ? worst([judged, { completeness: 'unverified', why: rejected }])
    : judged
}
