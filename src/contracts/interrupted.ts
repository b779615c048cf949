import type { Plan } from '../engine/plan.ts'
import { EntrapipeError, isCode } from '../core/errors.ts'
import { passing } from '../core/place.ts'
import type { Sink } from '../core/parts.ts'
import type { Row } from '../core/row.ts'
import { runPlan } from './run-plan.ts'
import type { Scene } from './scene.ts'

interface Attempt {
  readonly plan: Omit<Plan, 'sink'>
  /** Rows after which each attempt is interrupted. The run is then resumed. */
  readonly stops: readonly number[]
}

/**
 * Runs a plan into memory, interrupts it after `stops` rows, and resumes it until it ends.
 *
 * @returns the rows that the sink kept, in order
 */
export const interrupted = async (scene: Scene, { plan, stops }: Attempt): Promise<readonly Row<unknown>[]> => {
  const kept: Row<unknown>[] = []
  await attempts(
    scene,
    [...stops, Infinity].map(stop => () => ({ ...plan, sink: memorySink(kept, stop) })),
  )
  return kept
}

/** Runs a plan into a new sink for each attempt. `stops` count the rows of one attempt. */
export const interruptedInto = (scene: Scene, { plan, stops }: Attempt, make: () => Sink<never>): Promise<void> =>
  attempts(
    scene,
    [...stops, Infinity].map(stop => () => ({ ...plan, sink: stopped(make(), stop) })),
  )

const attempts = async (scene: Scene, plans: readonly (() => Plan)[]): Promise<void> => {
  for (const plan of plans)
    try {
      await runPlan(scene, plan())
      return
    } catch (error) {
      if (!isCode(error, 'INTERRUPTED')) throw error
    }
}

const breakOff = (): never => {
  throw new EntrapipeError('INTERRUPTED', 'Interrupted by the contract.')
}

/** Interrupts the run after the sink has written so many rows. */
const stopped = (sink: Sink<never>, stop: number): Sink<never> => ({
  ...sink,
  async open(...given) {
    const writer = await sink.open(...given)
    let rows = 0
    return {
      write: async page => {
        await writer.write(page)
        if ((rows += page.length) >= stop) breakOff()
      },
      checkpoint: cut => writer.checkpoint(cut),
      finish: () => writer.finish(),
      close: (end, manifest) => writer.close(end, manifest),
    }
  },
})

const memorySink = (kept: Row<unknown>[], stop: number): Sink<never> => ({
  kind: 'memory',
  place: { ...passing, target: () => 'memory:contract' },
  open: async (_ctx, mark) => {
    kept.length = typeof mark === 'number' ? mark : 0
    return {
      async write(rows: readonly Row<unknown>[]) {
        kept.push(...rows)
        if (kept.length >= stop) breakOff()
      },
      checkpoint: async cut => ({ cut, mark: kept.length }),
      finish: async () => [],
      close: async end => void (end === 'abort' && (kept.length = 0)),
    }
  },
})
