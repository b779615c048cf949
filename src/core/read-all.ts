import type { Context } from './context.ts'
import type { Read, Source } from './parts.ts'

/**
 * Reads all pages of a source, shard by shard, and then the shards that remain of others. Repeated rows of a source with
 * unique keys are not dropped.
 */
export async function* readAll<Out>(source: Source<Out>, ctx: Context): AsyncGenerator<Read<Out>, void, void> {
  const waiting = [...((await source.split?.(ctx)) ?? [{ name: source.kind }])]
  for (let shard = waiting.shift(); shard; shard = waiting.shift())
    for await (const page of source.read(ctx, shard)) {
      yield page
      if (!page.rest) continue
      waiting.unshift(...page.rest)
      break
    }
}
