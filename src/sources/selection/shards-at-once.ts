import type { Context } from '../../core/context.ts'
import type { Read, Source } from '../../core/parts.ts'

/** Shards that are read at once. The client's limits still decide how many requests are in flight. */
const most = 8

/**
 * Reads all shards of a source, several at once, and those that remain of others. The order of the pages is that of their arrival. After a
 * failure, nothing more is taken.
 */
export const readShardsAtOnce = async <Out>(
  source: Source<Out>,
  ctx: Context,
  take: (page: Read<Out>) => void,
): Promise<void> => {
  const waiting = [...((await source.split?.(ctx)) ?? [{ name: source.kind }])]
  let hasFailed = false
  const work = async (): Promise<void> => {
    for (let shard = waiting.shift(); shard && !hasFailed; shard = waiting.shift())
      for await (const page of source.read(ctx, shard)) {
        if (hasFailed) return
        take(page)
        if (!page.rest) continue
        waiting.unshift(...page.rest)
        break
      }
  }
  const workers = Array.from({ length: most }, async () => {
    try {
      await work()
    } catch (error) {
      hasFailed = true
      throw error
    }
  })
  const failed = (await Promise.allSettled(workers)).find(({ status }) => status === 'rejected')
  if (failed) throw (failed as PromiseRejectedResult).reason
}
