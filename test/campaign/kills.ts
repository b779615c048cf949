import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Ended, Progress, Stage } from './stage.ts'

/** When a process is killed: by its own progress, never by the time. */
export type KillPoint =
  /** The ledger has grown to so many bytes. */
  | { readonly at: 'bytes'; readonly n: number }
  /** So many requests have arrived, or writes were performed, since the stage was opened. */
  | { readonly at: keyof Progress; readonly n: number }

/** What became of a command that was killed and resumed until its end. */
export interface Survived {
  readonly run: string
  readonly last: Ended
  /** Kills before the first write of the run, and after it. */
  readonly kills: { readonly intake: number; readonly apply: number }
}

/** The size of a ledger with its log. */
const bytesOf = (folder: string, run: string): number =>
  ['run.sqlite', 'run.sqlite-wal'].reduce(
    (sum, name) => sum + (statSync(join(folder, 'store', 'runs', run, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
const runsIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(join(folder, 'store', 'runs')).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return []
  }
}

/** How often the size of the ledger is looked at. */
const everyMs = 3

/**
 * Runs a command, kills it at each point, and resumes it until it ends by itself.
 *
 * @param look called with each request and each write, as `Stage.watch`
 */
export const survive = async (
  stage: Stage,
  args: readonly string[],
  resume: readonly string[],
  points: readonly KillPoint[],
  look: (progress: Progress) => void,
): Promise<Survived> => {
  const before = new Set(runsIn(stage.folder))
  const isOwn = (run: string): boolean => !before.has(run)
  // A process may die before its run is in the index.
  const ownRun = async (): Promise<string | undefined> => (await stage.store.list()).map(({ id }) => id).find(isOwn)
  const left = [...points]
  const kills = { intake: 0, apply: 0 }
  let now: Progress = { applied: 0, arrived: 0 }
  let first: number | undefined
  let kill: (() => void) | undefined
  stage.watch(progress => {
    now = progress
    first ??= progress.applied
    look(progress)
    const [point] = left
    if (point && point.at !== 'bytes' && progress[point.at] >= point.n) kill?.()
  })
  for (;;) {
    const run = await ownRun()
    const ended = await stage.run(run === undefined ? args : ['runs', 'resume', run, ...resume], child => {
      kill = () => {
        kill = undefined
        left.shift()
        child.kill('SIGKILL')
      }
      const timer = setInterval(() => {
        const [point] = left
        const own = runsIn(stage.folder).findLast(isOwn)
        if (point?.at === 'bytes' && own !== undefined && bytesOf(stage.folder, own) >= point.n) kill?.()
      }, everyMs)
      child.once('close', () => clearInterval(timer))
    })
    kill = undefined
    if (ended.killed) kills[now.applied > (first ?? now.applied) ? 'apply' : 'intake']++
    else {
      stage.watch(undefined)
      const own = await ownRun()
      if (own === undefined) throw new Error(`No run was made: ${ended.stderr}`)
      return { run: own, last: ended, kills }
    }
  }
}
