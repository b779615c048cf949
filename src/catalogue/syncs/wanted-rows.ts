import type { Context, Origin } from '../../core/context.ts'
import { doubtOf } from '../../core/doubt.ts'
import { EntrapipeError, isCode } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'
import type { Values } from '../../core/operation.ts'
import type { Row } from '../../core/row.ts'
import { onlyAdding, syncStore } from './sync-store.ts'

interface WantedOptions {
  readonly source: Source<Fields>
  /** Name of the input in messages. */
  readonly name: string
  readonly relation: 'members' | 'owners'
  readonly valuesOf: (row: Fields) => Values
  /** Whether each row names its group. */
  readonly namesGroups: boolean
  /** Whether what is missing in the input may be removed. */
  readonly removes: boolean
}

/**
 * The rows of a sync as they are read. They are kept for the phase that removes what is missing in them.
 *
 * @throws EntrapipeError `INPUT_INCOMPLETE` at their end, before anything is sent, if nobody may be removed because of them
 */
export const wantedRows = ({ source, valuesOf, namesGroups, removes, ...told }: WantedOptions): Source<Fields> => ({
  ...source,
  async *read(ctx, shard, from) {
    const { sql, write } = syncStore(ctx)
    const nameRow = sql.prepare('insert or replace into named values (?, ?)')
    let origin: Origin = {}
    let isEmpty = true
    const reading = Object.create(ctx, {
      settled: {
        value(...result: Parameters<Context['settled']>) {
          isEmpty = false
          ctx.settled(...result)
        },
      },
      origin: {
        value(told: Origin) {
          origin = { ...origin, ...given({ ...told }) }
          ctx.origin(told)
        },
      },
    }) as Context
    for await (const page of source.read(reading, shard, from)) {
      isEmpty &&= page.rows.length === 0
      if (namesGroups)
        write(() => {
          for (const row of page.rows) {
            const group = groupOf(row, valuesOf)
            if (group !== undefined) nameRow.run(row.key, group.toLowerCase())
          }
        })
      yield page
    }
    if (!removes) return
    const refusal = refusalOf(origin, isEmpty, told)
    if (refusal?.refuses) throw new EntrapipeError('INPUT_INCOMPLETE', refusal.why, { fix: refusal.fix })
    if (refusal) write(() => sql.prepare('insert or replace into facts values (?, ?)').run(onlyAdding, refusal.why))
  },
})

/** The group that a row names; undefined if the row is invalid, which intake reports. */
const groupOf = ({ value }: Row<Fields>, valuesOf: WantedOptions['valuesOf']): string | undefined => {
  try {
    const { group } = valuesOf(value)
    return typeof group === 'string' ? group : undefined
  } catch (error) {
    if (isCode(error, 'ROW_INVALID')) return undefined
    throw error
  }
}

type Refusal =
  | { readonly refuses: true; readonly why: string; readonly fix: string }
  | { readonly refuses: false; readonly why: string }

const orOnlyAdd = 'To add the rows that there are and remove nobody, use --add-only.'

/** Why rows may be missing, so that those who are not in the input may still belong to their group. */
const refusalOf = (
  origin: Origin,
  isEmpty: boolean,
  { name, relation }: Pick<WantedOptions, 'name' | 'relation'>,
): Refusal | undefined => {
  const doubt = isEmpty
    ? { because: 'has no rows', fix: `To empty a group, use \`entrapipe ${relation} remove\`.` }
    : doubtOf(origin)
  if (doubt)
    return {
      refuses: true,
      why: `${name} ${doubt.because}. A sync removes everybody who is missing in it.`,
      fix: `${doubt.fix} ${orOnlyAdd}`,
    }
  const { completeness = 'complete', why } = origin
  if (completeness === 'complete') return undefined
  return { refuses: false, why: `${name} is ${completeness}${why === undefined ? '' : `: ${why}`}` }
}
