import type { Context } from '../../core/context.ts'
import { isCode } from '../../core/errors.ts'
import type { OperationRow, Undone } from '../../core/operation.ts'
import type { Source } from '../../core/parts.ts'
import { targetOf } from './target.ts'
import { untilProcessed } from './until-processed.ts'

const longestMs = 86_400_000
const kind = 'inherit-license'

/**
 * Changes that undo others, where direct licences that a group replaces wait until the group has been processed, at most a day: an earlier phase of the undo
 * may have given the group its licence again.
 */
export const afterProcessing = (source: Source<Undone>): Source<Undone> => ({
  ...source,
  async *read(ctx, shard, from) {
    const awaited = new Set<string>()
    for await (const page of source.read(ctx, shard, from)) {
      const own = page.rows.flatMap(({ value }) => value.steps.filter(step => step.kind === kind))
      if (own.length === 0) yield page
      else if (ctx.dryRun) yield { ...page, rows: page.rows.map(row => ({ ...row, value: assumed(row.value) })) }
      else {
        await processed(own, awaited, ctx)
        yield page
      }
    }
  },
})

const assumed = (undone: Undone): Undone => ({
  ...undone,
  steps: undone.steps.map(step => (step.kind === kind ? { ...step, value: { ...step.value, assumed: true } } : step)),
})

const processed = async (steps: readonly OperationRow[], awaited: Set<string>, ctx: Context): Promise<void> => {
  for (const { value } of steps) {
    const [group, sku] = [String(value['group']), String(value['sku'])]
    if (awaited.has(`${group} ${sku}`)) continue
    awaited.add(`${group} ${sku}`)
    try {
      const target = await targetOf({ group, sku: [sku] })(ctx)
      await ctx.untilShown([group])
      await untilProcessed(target, target.named, ctx.clock.now() + longestMs, ctx)
    } catch (error) {
      // Each row says so.
      if (!isCode(error, 'GROUP_UNKNOWN')) throw error
    }
  }
}
