/** Runs a plan, or goes on with it, until it has ended or the process has killed itself. */
import { enableCompileCache } from 'node:module'
import type { Sink } from '../../src/core/parts.ts'
import type { KillPoint } from './kill-point.ts'
import type { Scene } from './scene.ts'

enableCompileCache()

export interface Told {
  readonly scene: Scene
  readonly folder: string
  /** How often the run was begun or gone on with before. */
  readonly attempt: number
  readonly kill?: KillPoint
}

const { scene, folder, attempt, kill } = JSON.parse(process.argv[2]!) as Told
const { dies, killer, watch, watched } = await import('./kill-point.ts')
const reached = killer(kill)
await watch(reached)
const { crashPlan } = await import('./crash-plan.ts')
const { runIn } = await import('./crash-run.ts')
const plan = await crashPlan(scene, folder, attempt, { page: dies(reached, 'page'), row: dies(reached, 'row') })
await runIn(folder, { ...plan, sink: watched(plan.sink as Sink<never>, reached) })
