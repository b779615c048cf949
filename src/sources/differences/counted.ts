import { judge } from '../../core/completeness.ts'
import type { Context, Origin } from '../../core/context.ts'
import { given } from '../../core/given.ts'
import type { Fields } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'

/** Judges whether a listing was read completely, for its number of different rows and what it reported itself. */
type Judge = (read: number, origin: Origin) => Origin

/** Reads an input. A listing of the directory is counted before and after, as in an export. */
export const counted = async (ctx: Context, source: Source<Fields>, read: () => Promise<void>): Promise<Judge> => {
  if (!source.usesGraph) {
    await read()
    return (_, origin) => origin
  }
  const present = await source.present?.(ctx)
  const before = await source.count?.(ctx)
  await read()
  const after = await source.count?.(ctx)
  const drift = present === undefined ? undefined : await source.drift?.(ctx, present)
  return (rows, origin) => ({
    ...origin,
    tenant: ctx.graph.tenant.id,
    ...judge({
      read: rows,
      limited: false,
      live: true,
      before,
      after,
      drift,
      upstream: origin.completeness,
      ...given({ upstreamWhy: origin.why }),
    }),
  })
}
