import type { Context } from '../../core/context.ts'
import type { DueRow } from '../../core/due-row.ts'
import type { Source, Transform } from '../../core/parts.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { Fields } from '../../core/json.ts'
import { due } from '../../sources/due.ts'
import { selectionAgain } from './selection-params.ts'

/** A term of the selection that names a user who is gone has no result of its own. */
const silent = (ctx: Context): Context => Object.create(ctx, { settled: { value: () => undefined } }) as Context

/** The users of rows that are due, as a list. */
const usersOf = (run: string, dueMs: number): Source<Fields> => {
  const rows = due({ run, dueMs })
  return {
    kind: 'due-users',
    usesGraph: true,
    describe: async () => ({ run, dueMs }),
    columns: () => ({ names: ['id'], closed: true }),
    async *read(ctx, shard, position) {
      for await (const page of rows.read(ctx, shard, position))
        yield { rows: page.rows.map(({ key, value }) => ({ key, value: { id: value.user } })) }
    },
  }
}

/** What an error says of a group that a selection names and that is not there any more; undefined if all are. */
const groupGone = async (read: () => Promise<void>): Promise<string | undefined> => {
  try {
    await read()
    return undefined
  } catch (error) {
    if (error instanceof EntrapipeError && error.code === 'GROUP_UNKNOWN') return error.message
    throw error
  }
}

/**
 * Skips the rows whose users a selection no longer has; all rows if a group of the selection was deleted. It is read completely before the first row, and kept on disk.
 *
 * @param kept what `keptSelection` returned
 */
export const stillSelected = (kept: string, run: string, dueMs: number): Transform<DueRow, DueRow> => {
  const selection = selectionAgain(kept, () => usersOf(run, dueMs))
  return {
    kind: 'still-selected',
    usesGraph: true,
    check: async ctx => {
      await groupGone(async () => selection.check?.(ctx))
    },
    describe: async () => ({ selection: kept }),
    async open(ctx) {
      const selected = ctx.store.map<boolean>('selected')
      const quiet = silent(ctx)
      const gone = await groupGone(async () => {
        for await (const { rows } of selection.read(quiet, undefined as never))
          selected.setAll(rows.map(({ value }) => [String(value['id']).toLowerCase(), true]))
      })
      return {
        page(rows) {
          const found = selected.getAll(rows.map(({ value: { user } }) => String(user).toLowerCase()))
          return rows.filter(({ key, value: { user, steps } }, at) => {
            if (found[at] && gone === undefined) return true
            ctx.settled({
              key,
              operation: steps[0]!.kind,
              outcome: 'skipped',
              ...(typeof user === 'string' && { id: user, target: user }),
              code: 'NOT_SELECTED',
              message:
                gone === undefined
                  ? 'The user is no longer among those who were selected, so nothing was sent.'
                  : `Who is still selected cannot be known: ${gone} Nothing was sent.`,
              fix: 'Make the change now if it is still wanted.',
            })
            return false
          })
        },
      }
    },
  }
}
