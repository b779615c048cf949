import type { Context } from '../../core/context.ts'
import type { Json } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'
import { dayAt } from '../../hr/days.ts'
import { decisionFinder } from '../../hr/decision-rows.ts'
import type { Mapping } from '../../hr/mapping.ts'
import { isNoted, notedFeed, remember } from '../../hr/memory.ts'
import { memoryOf } from '../../hr/open-memory.ts'
import { runTablesOf } from '../../hr/reconcile.ts'
import type { Performed } from '../../hr/remember-people.ts'
import { groupOfStep } from '../../hr/steps-of.ts'
import type { Tables } from '../../hr/tables.ts'

/** The results of earlier phases, with the groups of memberships. */
async function* performedIn(ctx: Context, tables: Tables, phases: readonly string[]): AsyncGenerator<Performed> {
  const find = decisionFinder(tables)
  for (const phase of phases)
    for await (const page of ctx.results(phase))
      for (const { key, step, operation, outcome, id } of page) {
        const found = operation.endsWith('-member') ? find(String(key)) : undefined
        yield { key: String(key), operation, outcome, id, group: found && groupOfStep(found.decision, step) }
      }
}

/** Remembers the feed, and what became of its people in earlier phases. It has no rows. A dry run remembers nothing. */
export const remembering = (mapping: Mapping, timeZone: string, phases: readonly string[]): Source<never> => ({
  kind: 'remember',
  usesGraph: true,
  describe: async (): Promise<Json> => ({ feed: mapping.name, phases: [...phases] }),
  async *read(ctx) {
    const tables = runTablesOf(ctx)
    // They are gone if the run had ended without failed rows: a retry of it does nothing.
    if (!ctx.dryRun && isNoted(tables)) {
      const now = ctx.clock.now()
      const noted = notedFeed(tables)
      const acted = {
        ...noted,
        run: ctx.run,
        at: new Date(now).toISOString(),
        today: dayAt(now, timeZone),
      }
      // A mapping file that was changed since may have another name.
      await remember(tables, memoryOf(ctx, noted), acted, performedIn(ctx, tables, phases))
    }
    yield { rows: [] }
  },
})
