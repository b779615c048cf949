import type { Context, Origin } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { Fields } from '../../core/json.ts'
import type { Read, Source } from '../../core/parts.ts'
import { readAll } from '../../core/read-all.ts'
import type { Result } from '../../core/result.ts'
import type { Key } from '../../core/row.ts'
import type { Sorter } from '../../core/sorted.ts'
import type { Entity } from '../graph/listing.ts'
import { readShardsAtOnce } from './shards-at-once.ts'

/** A row of a term, as it is kept while terms are combined. */
export interface KeptRow {
  readonly key: Key
  readonly value: Entity
}

interface TermReading {
  readonly source: Source<Entity>
  /** In words, for messages. */
  readonly shown: string
  readonly sorter: Sorter
  /** Whether its users are taken out of the selection: it must then be certain to be complete. */
  readonly excludes: boolean
  /** Whether the order of its rows counts. */
  readonly isOrdered: boolean
  /** Whether rows are kept, and not only ids. */
  readonly keepsRows: boolean
  /** The place of its first row in the order of all terms. */
  readonly from: number
}

/**
 * Reads a term into a sort by id. Returns the number of its rows. Names that are no users are failed rows of the run; but where they are
 * excluded, nobody is selected: a person who should stay out would be in.
 *
 * @throws EntrapipeError `OBJECT_UNKNOWN` or `INPUT_INCOMPLETE` if users who are excluded are not all known; `INPUT_INCOMPLETE` if fewer were
 *   read than were counted
 */
export const readTerm = async (
  ctx: Context,
  { source, shown, sorter, excludes, isOrdered, keepsRows, from }: TermReading,
): Promise<number> => {
  const unknown: Result[] = []
  let doubt: Origin | undefined
  const own = Object.create(ctx, {
    distinct: { value: undefined },
    wasRead: { value: undefined },
    settled: {
      value(result: Result, read?: Fields) {
        if (excludes) unknown.push(result)
        else ctx.settled(result, read)
      },
    },
    origin: {
      value(origin: Origin) {
        if ((origin.completeness ?? 'complete') !== 'complete' || origin.limit !== undefined) doubt = origin
        ctx.origin(origin)
      },
    },
  }) as Context
  const counted = await source.count?.(own)
  let rows = 0
  const take = (page: Read<Entity>): void => {
    ctx.signal.throwIfAborted()
    for (const { key, value } of page.rows)
      sorter.add(
        value.id.toLowerCase(),
        from + rows++,
        keepsRows ? JSON.stringify({ key, value } satisfies KeptRow) : '',
      )
    ctx.doing({ what: `selecting ${shown}`, done: rows })
  }
  if (isOrdered) for await (const page of readAll(source, own)) take(page)
  else await readShardsAtOnce(source, own, take)
  await expectWhole(own, source, shown, rows, counted)
  if (unknown.length > 0) throw notExcluded(shown, unknown)
  if (excludes && doubt)
    throw new EntrapipeError(
      'INPUT_INCOMPLETE',
      `The users to leave out (${shown}) may not be complete${doubt.why === undefined ? '' : `: ${doubt.why}`}. Nobody is selected.`,
      { fix: 'Name them in another way, such as a file or a filter.' },
    )
  return rows
}

const expectWhole = async (
  ctx: Context,
  source: Source<Entity>,
  shown: string,
  rows: number,
  before: number | undefined,
): Promise<void> => {
  if (before === undefined || rows >= before) return
  const after = await source.count?.(ctx)
  if (after === undefined || rows >= after) return
  throw new EntrapipeError(
    'INPUT_INCOMPLETE',
    `Graph counts ${Math.min(before, after)} users for ${shown}, and ${rows} were read. Nobody is selected.`,
    { fix: 'Try again. The count is a few minutes late after changes.' },
  )
}

/** Names that a message lists. */
const most = 5

const notExcluded = (shown: string, unknown: readonly Result[]): EntrapipeError =>
  new EntrapipeError(
    'OBJECT_UNKNOWN',
    `${unknown.length} of the users to leave out (${shown}) ${unknown.length === 1 ? 'was' : 'were'} not found: ${unknown
      .slice(0, most)
      .map(({ target, key }) => target || key)
      .join(', ')}${unknown.length > most ? ' …' : ''}. Nobody is selected.`,
    { fix: 'Correct the names.' },
  )
