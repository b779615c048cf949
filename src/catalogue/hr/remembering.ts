import type { Context } from '../../core/context.ts'
import type { Json } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'
import { dayAt } from '../../hr/days.ts'
import type { Decision } from '../../hr/decision.ts'
import type { Mapping } from '../../hr/mapping.ts'
import { notedFeed, remember, type Performed } from '../../hr/memory.ts'
import { memoryOf } from '../../hr/open-memory.ts'
import { runTablesOf } from '../../hr/reconcile.ts'
import { stepsOf } from '../../hr/steps-of.ts'
import type { Tables } from '../../hr/tables.ts'

/** The results of earlier phases, with the groups of memberships. */
async function* performedIn(ctx: Context, tables: Tables, phases: readonly string[]): AsyncGenerator<Performed> {
  tables.sql.exec('create index if not exists decisions_key on decisions (key)')
  const find = tables.sql.prepare('select value from decisions where key = ?')
  for (const phase of phases)
    for await (const page of ctx.results(phase))
      for (const { key, step = 0, operation, outcome, id } of page) {
        const found = operation.endsWith('-member') ? find.get(String(key)) : undefined
        const decision = found && (JSON.parse(found['value'] as string) as Decision)
        const group = decision && stepsOf(decision)[step]?.value['group']
        yield { key: String(key), operation, outcome, id, ...(typeof group === 'string' && { group }) }
      }
}

/** Remembers the feed, and what became of its people in earlier phases. It has no rows. A dry run remembers nothing. */
export const remembering = (mapping: Mapping, timeZone: string, phases: readonly string[]): Source<never> => ({
  kind: 'remember',
  usesGraph: true,
  describe: async (): Promise<Json> => ({ feed: mapping.name, phases: [...phases] }),
  async *read(ctx) {
    if (!ctx.dryRun) {
      const tables = runTablesOf(ctx)
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
