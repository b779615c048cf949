import { join } from 'node:path'
import t from 'tap'
import { writePlan } from '../../../src/cli/changes/write-plan.ts'
import type { Cli } from '../../../src/cli/cli.ts'
import { systemClock } from '../../../src/core/clock.ts'
import { processEnvironment } from '../../../src/core/environment.ts'
import type { OperationRow } from '../../../src/core/operation.ts'
import type { PlanHead } from '../../../src/formats/change-plan.ts'
import { graph as graphSink } from '../../../src/sinks/graph.ts'
import { plan } from '../../../src/sources/plan.ts'
import { undo } from '../../../src/sources/undo.ts'
import { sandboxBed } from '../../engine/changes/sandbox-bed.ts'
import { scenes, snapshot } from '../../engine/changes/scenes.ts'
import { operations } from '../../engine/changes/steps-plan.ts'

const sink = graphSink(({ steps }: { readonly steps: readonly OperationRow[] }) => steps)
const changing = { irreversible: true, maxRemovals: 1000 }

t.test('a plan of every operation has the numbers of what is then applied, and an undo restores it', async t => {
  const bed = await sandboxBed(t, [])
  const rows: (readonly OperationRow[])[] = []
  for (const scene of Object.values(scenes)) rows.push(...(await scene(bed)))
  bed.input(rows)
  const before = await snapshot(bed)
  const to = join(bed.folder, 'plan.jsonl')
  const cli = { clock: systemClock, environment: processEnvironment(), signal: new AbortController().signal } as Cli
  let head: PlanHead | undefined
  await bed.change({
    ...changing,
    dryRun: true,
    async planned(planned) {
      head = await writePlan(
        { to, info: { id: 'a dry run', pipeline: 'test', params: {} }, graph: bed.graph, rows: planned },
        cli,
      )
      return head.sha256
    },
  })
  t.strictSame(Object.keys(head!.counts).sort(), Object.keys(scenes).sort())
  t.equal(head!.rows, rows.length)
  t.strictSame(await snapshot(bed), before)

  const applied = await bed.change(changing, { plan: { source: plan({ from: to }), sink } as never })
  const done: Record<string, number> = {}
  for (const { operation, outcome } of await bed.store.read(applied.run, run => run.readResults({})))
    if (outcome === 'done') done[operation] = (done[operation] ?? 0) + 1
  t.strictSame(done, head!.counts)

  const undone = await bed.change(changing, { plan: { source: undo({ run: applied.run }), sink } as never })
  const final = Object.entries(done).filter(([kind]) => !operations(kind)!.inverse)
  t.strictSame(final.map(([kind]) => kind).sort(), [
    'delete-access-pass',
    'delete-device',
    'purge-user',
    'reset-password',
    'revoke-sessions',
  ])
  t.match(undone.manifest!.counts, { done: rows.length - final.reduce((sum, [, count]) => sum + count, 0) })
  t.strictSame(await snapshot(bed), before)
})
