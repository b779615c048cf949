import { deepStrictEqual, ok, rejects, throws } from 'node:assert/strict'
import { passing } from '../core/place.ts'
import type { Sink, Source } from '../core/parts.ts'
import type { Row } from '../core/row.ts'
import { interrupted } from './interrupted.ts'
import { runPlan } from './run-plan.ts'
import type { Scene } from './scene.ts'

/** What is changed to check a source with `delta`. */
export interface DeltaCase {
  /** Makes some changes that were not made before, of at least two rows, and returns the keys of the rows that must report them. */
  readonly change: () => Promise<readonly string[]>
  /** Makes it with options whose changes nobody reports. Each throws. @default none */
  readonly untracked?: readonly (() => Source<unknown>)[]
}

type Check = (scene: Scene) => Promise<void>

/** The rules for a source with `delta`, by name. A run is ended by the engine, into memory. */
export const deltaChecks = (
  make: () => Source<unknown>,
  { change, untracked = [] }: DeltaCase,
): readonly (readonly [name: string, check: Check])[] => {
  const keysOf = (rows: readonly Row<unknown>[]): readonly string[] => rows.map(({ key }) => String(key)).toSorted()
  /** The keys of the rows that a run publishes. */
  const run = async (scene: Scene, how: Partial<Ending> = {}): Promise<readonly string[]> => {
    const kept: Row<unknown>[] = []
    await runPlan(scene, { source: make(), sink: sinkInto(kept, { ...publishes, ...how }) })
    return keysOf(kept)
  }
  const changed = async (): Promise<readonly string[]> => {
    const keys = [...(await change())].sort()
    ok(keys.length > 1, 'the case changes two rows')
    return keys
  }
  return [
    [
      'its first run has everything, and a later one nothing if nothing has changed',
      async scene => {
        ok((await run(scene)).length > 0, 'there is something')
        deepStrictEqual(await run(scene), [])
      },
    ],
    [
      'a later run has only the rows that have changed, and the next one not these again',
      async scene => {
        await run(scene)
        const keys = await changed()
        deepStrictEqual(await run(scene), keys)
        deepStrictEqual(await run(scene), [])
      },
    ],
    [
      'what changes while a run ends is in the next one',
      async scene => {
        let keys: readonly string[] = []
        ok((await run(scene, { ending: async () => (keys = await changed()) })).length > 0, 'there is something')
        deepStrictEqual(await run(scene), keys)
      },
    ],
    [
      'changes whose output is not published are reported once more',
      async scene => {
        await run(scene)
        const keys = await changed()
        await rejects(run(scene, { fails: true }), new Error(failing))
        deepStrictEqual(await run(scene), keys)
      },
    ],
    [
      'changes of a run of which rows failed are reported once more',
      async scene => {
        await run(scene)
        const keys = await changed()
        await run(scene, { failsFirst: true })
        deepStrictEqual(await run(scene), keys)
      },
    ],
    [
      'a run of changes that is interrupted and resumed has each once',
      async scene => {
        await run(scene)
        const keys = await changed()
        const rows = await interrupted(scene, { plan: { source: make(), rowsPerCut: 1 }, stops: [1] })
        deepStrictEqual(keysOf(rows), keys)
        deepStrictEqual(await run(scene), [])
      },
    ],
    [
      'options whose changes nobody reports are refused at once',
      async () => {
        for (const one of untracked) throws(one)
      },
    ],
  ]
}

/** How a run ends. */
interface Ending {
  /** Whether nothing is published. */
  readonly fails: boolean
  /** Whether the first row fails. */
  readonly failsFirst: boolean
  /** Called when all rows are written. */
  readonly ending: () => Promise<unknown>
}

const publishes: Ending = { fails: false, failsFirst: false, ending: async () => undefined }
const failing = 'The contract publishes nothing.'

const sinkInto = (kept: Row<unknown>[], { fails, failsFirst, ending }: Ending): Sink<never> => ({
  kind: 'memory',
  resumable: false,
  place: passing,
  open: async ctx => ({
    async write(rows: readonly Row<unknown>[]) {
      const [first] = rows
      if (failsFirst && kept.length === 0 && first)
        ctx.settled({ key: first.key, operation: 'write', outcome: 'failed', message: 'The contract fails this row.' })
      kept.push(...rows)
    },
    checkpoint: async cut => ({ cut, mark: kept.length }),
    async finish() {
      await ending()
      return []
    },
    async close(end) {
      if (end === 'commit' && fails) throw new Error(failing)
    },
  }),
})
