import type { Context } from '../../core/context.ts'
import type { Json } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'
import { dayAt } from '../../hr/days.ts'
import type { Mapping } from '../../hr/mapping.ts'
import { notedFeed, remember } from '../../hr/memory.ts'
import { memoryOf } from '../../hr/open-memory.ts'
import { runTablesOf } from '../../hr/reconcile.ts'
import type { Performed } from '../../hr/remember-people.ts'

/** The results of earlier phases. */
async function* performedIn(ctx: Context, phases: readonly string[]): AsyncGenerator<Performed> {
  for (const phase of phases)
    for await (const page of ctx.results(phase))
      for (const { key, operation, outcome, id } of page) yield { key: String(key), operation, outcome, id }
}

/** Remembers the feed, and what became of its people in earlier phases. It has no rows. A dry run remembers nothing. */
export const remembering = (mapping: Mapping, timeZone: string, phases: readonly string[]): Source<never> => ({
  kind: 'remember',
  usesGraph: true,
  describe: async (): Promise<Json> => ({ feed: mapping.name, phases: [...phases] }),
  async *read(ctx) {
    const tables = runTablesOf(ctx)
    const noted = notedFeed(tables)
    // It is gone if the run had ended without failed rows: a retry of it does nothing.
    if (!ctx.dryRun && noted) {
      const now = ctx.clock.now()
      const acted = {
        ...noted,
        run: ctx.run,
        at: new Date(now).toISOString(),
        today: dayAt(now, timeZone),
      }
      // A mapping file that was changed since may have another name.
      await remember(tables, memoryOf(ctx, noted), acted, performedIn(ctx, phases))
    }
    yield { rows: [] }
  },
})
