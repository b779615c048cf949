import type { Test } from 'tap'
import type { OperationRow } from '../../../src/core/operation.ts'
import { graph as graphSink } from '../../../src/sinks/graph.ts'
import { undo } from '../../../src/sources/undo.ts'
import { sandboxBed } from './sandbox-bed.ts'
import { scenes, snapshot, type Bed } from './scenes.ts'
import { operations } from './steps-plan.ts'

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

/** Requests and writes that Graph was asked for: those in batches, and not the batches. */
const asked = async (bed: Bed): Promise<{ readonly requests: number; readonly writes: number }> => {
  const { routes, writes } = JSON.parse(await bed.control('GET', '/counters')) as Counters
  const outside = Object.entries(routes).filter(([route]) => !route.includes('$batch'))
  return {
    requests: sum(outside.flatMap(([, byStatus]) => Object.values(byStatus))),
    writes: sum(Object.values(writes.attempted)),
  }
}

interface Counters {
  readonly routes: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly writes: { readonly attempted: Readonly<Record<string, number>> }
}

/** Whether each of these scenes keeps its numbers from the dry run to the run, and is undone. */
export const keepNumbers = async (t: Test, chosen: typeof scenes): Promise<void> => {
  for (const [name, rows] of Object.entries(chosen))
    await t.test(
      `${name}: the numbers of a dry run are those of the run, which is repeated without a write or refused, and undone`,
      async t => {
        const bed = await sandboxBed(t, [])
        bed.input(await rows(bed))
        const before = await snapshot(bed)
        const dry = await bed.change({ dryRun: true, irreversible: true })
        const preview = dry.changes!.preview!
        await bed.control('DELETE', '/counters')
        const run = await bed.change({ irreversible: true })
        t.equal(run.end, 'done')
        const { done, unchanged, failed } = run.manifest!.counts
        t.strictSame(
          [preview.writes, sum(Object.values(preview.send)), dry.changes!.pending],
          [(await asked(bed)).writes, run.progress.outcomes.done, done],
        )
        t.strictSame([dry.manifest!.counts.unchanged, dry.manifest!.counts.failed], [unchanged, failed])
        if (name in scenes) t.equal(preview.requests, (await asked(bed)).requests)

        await bed.control('DELETE', '/counters')
        const operation = operations(name)
        if (operation?.isRepeated) {
          await t.rejects(bed.change({ irreversible: true }), { code: 'RUN_REPEATED' })
          t.equal((await asked(bed)).writes, 0)
          return
        }
        const again = await bed.change({ irreversible: true })
        const isFinal = ['purge-user', 'delete-device'].includes(name)
        if (!name.startsWith('an add')) {
          t.equal((await asked(bed)).writes, 0)
          t.match(again.manifest!.counts, isFinal ? { failed: done } : { done: 0, failed: 0 })
        }
        if (isFinal || (operation && !operation.inverse)) return
        const undone = await bed.change(
          { irreversible: true, maxRemovals: 1000 },
          {
            plan: {
              source: undo({ run: run.run }),
              sink: graphSink(({ steps }: { readonly steps: readonly OperationRow[] }) => steps),
            } as never,
          },
        )
        t.match(undone.manifest!.counts, { done, failed: 0 })
        t.strictSame(await snapshot(bed), before)
      },
    )
}
