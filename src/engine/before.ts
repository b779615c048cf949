import type { Context } from '../core/context.ts'
import { given } from '../core/given.ts'
import type { Json } from '../core/json.ts'
import type { Started } from './run-request.ts'

/** What the source reported before its first page. */
export interface Before {
  readonly count: number | undefined
  readonly present: Json | undefined
  /** A whole second before it was counted, in milliseconds since 1970 by the service's clock. Objects that are created from then on are not in the count. */
  readonly countedAtMs: number | undefined
}

interface Noted {
  readonly count: number | null
  readonly present: Json
  readonly countedAtMs?: number
}

/** Counts once per run, before its first page. A resumed run compares with what its first process counted. */
export const remember = async ({ run, plan }: Started, ctx: Context): Promise<Before> => {
  const noted = (await run.loadNote('before')) as Noted | undefined
  if (noted)
    return {
      count: noted.count ?? undefined,
      present: noted.present ?? undefined,
      countedAtMs: noted.countedAtMs,
    }
  // In this order: what is created or deleted between the two is among the changes.
  const present = await plan.source.present?.(ctx)
  const countedAtMs = present === undefined ? undefined : secondBefore(ctx.graph.serviceTime?.())
  const count = await plan.source.count?.(ctx)
  await run.saveNote('before', { count: count ?? null, present: present ?? null, ...given({ countedAtMs }) })
  return { count, present, countedAtMs }
}

/** The service's time may be a second too late. Times of creation have whole seconds, rounded down. */
const secondBefore = (latestMs: number | undefined): number | undefined =>
  latestMs === undefined ? undefined : Math.floor((latestMs - 999) / 1000) * 1000
