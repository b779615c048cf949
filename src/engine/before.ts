import type { Context } from '../core/context.ts'
import type { Json } from '../core/json.ts'
import type { Started } from './run-request.ts'

/** What the source reported before its first page. */
export interface Before {
  readonly count: number | undefined
  readonly present: Json | undefined
}

/** Counts once per run, before its first page. A resumed run compares with what its first process counted. */
export const remember = async ({ run, plan }: Started, ctx: Context): Promise<Before> => {
  const noted = (await run.loadNote('before')) as { count: number | null; present: Json } | undefined
  if (noted) return { count: noted.count ?? undefined, present: noted.present ?? undefined }
  const present = await plan.source.present?.(ctx)
  const count = await plan.source.count?.(ctx)
  await run.saveNote('before', { count: count ?? null, present: present ?? null })
  return { count, present }
}
