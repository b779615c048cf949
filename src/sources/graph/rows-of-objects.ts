import { judge, worst, type Judged } from '../../core/completeness.ts'
import type { Columns } from '../../core/columns.ts'
import type { Context, Origin } from '../../core/context.ts'
import { given } from '../../core/given.ts'
import { leftOf } from '../../core/graph.ts'
import type { Fields, Json } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'
import type { Position, Row } from '../../core/row.ts'
import type { Entity } from './listing.ts'

/** Options of `rowsOfObjects`. */
interface RowsOfObjectsOptions {
  readonly kind: string
  readonly objects: Source<Entity>
  readonly columns: Columns
  /** What the rows need besides the objects, read once. Returns a function from an object to its rows, with keys that no other has. */
  readonly open: (ctx: Context) => Promise<(object: Entity) => readonly Row<Fields>[]>
}

type Place = {
  readonly from: Position
  readonly objects: number
  readonly before?: number
  readonly present?: Json
}

/** Makes any number of rows of each object of a listing. It is as complete as the listing, whose objects are counted. */
export const rowsOfObjects = ({ kind, objects, columns, open }: RowsOfObjectsOptions): Source<Fields> => ({
  kind,
  usesGraph: true,
  live: false,
  keys: 'unique',
  ...(objects.resumable === false && { resumable: false }),
  check: async ctx => void (await objects.check?.(ctx)),
  describe: async ctx => ({ from: (await objects.describe?.(ctx)) ?? null }),
  columns: () => columns,
  ...(objects.pace && { pace: objects.pace }),
  async *read(ctx, _shard, position) {
    const at = position as Place | undefined
    let told: Judged | undefined
    const origin = (of: Origin): void => {
      if (of.completeness !== undefined) told = { completeness: of.completeness, ...given({ why: of.why }) }
      ctx.origin(of)
    }
    const own = Object.create(ctx, { distinct: { value: undefined }, origin: { value: origin } }) as Context
    const known = at ?? given({ before: await objects.count?.(ctx), present: await objects.present?.(ctx) })
    const { before, present } = known
    const rowsOf = await open(ctx)
    let read = at?.objects ?? 0
    for await (const page of objects.read(own, { name: objects.kind }, at?.from)) {
      read = leftOf(read, page.repeats) + page.rows.length
      const rows = page.rows.flatMap(({ value }) => rowsOf(value))
      const place =
        page.position === undefined ? undefined : { from: page.position, objects: read, ...given({ before, present }) }
      yield { rows, ...given({ position: place satisfies Place | undefined, unfinished: page.unfinished }) }
    }
    if (before === undefined) return
    const after = await objects.count?.(ctx)
    const drift = present === undefined ? undefined : await objects.drift?.(ctx, present)
    const judged = judge({ read, limited: false, live: true, before, after, drift, upstream: undefined })
    if (judged.completeness === 'complete') return
    const counted = { ...judged, why: `of the ${objects.kind}, ${judged.why}` }
    ctx.origin(told ? worst([told, counted]) : counted)
  },
})
