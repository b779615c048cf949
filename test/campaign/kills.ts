import { readdirSync, statSync, watch } from 'node:fs'
import { join } from 'node:path'
import type { RunInfo } from '../../src/store/types.ts'
import type { Ended, Progress, Stage } from './stage.ts'

/** When a process is killed: by its own progress, never by the time. */
export type KillPoint =
  /** The ledger has grown to so many bytes. */
  | { readonly at: 'bytes'; readonly n: number }
  /** So many requests have arrived, or writes were performed, since the stage was opened. */
  | { readonly at: keyof Progress; readonly n: number }
  /** This file of the folder of the stage has changed. */
  | { readonly at: 'file'; readonly name: string }

/** What became of a command that was killed and resumed until its end. */
interface Survived {
  readonly run: string
  readonly last: Ended
  /** Kills before the first write of the run, and after it. */
  readonly kills: { readonly intake: number; readonly apply: number }
  /** Text that all its processes wrote. */
  readonly said: string
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
 * @param next the command that goes on with a run
 * @param look called with each request and each write, as `Stage.watch`
 */
export const survive = async (
  stage: Stage,
  args: readonly string[],
  next: (run: RunInfo) => readonly string[],
  points: readonly KillPoint[],
  look: (progress: Progress) => void,
): Promise<Survived> => {
  const before = new Set(runsIn(stage.folder))
  const isOwn = (run: string): boolean => !before.has(run)
  // A process may die before its run is in the index.
  const ownRun = async (): Promise<RunInfo | undefined> => (await stage.store.list()).find(({ id }) => isOwn(id))
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
    if (point && 'n' in point && point.at !== 'bytes' && progress[point.at] >= point.n) kill?.()
  })
  const watching = watch(stage.folder, (_event, name) => {
    const [point] = left
    if (point?.at === 'file' && point.name === name) kill?.()
  })
  let said = ''
  for (;;) {
    const run = await ownRun()
    const ended = await stage.run(run === undefined ? args : next(run), child => {
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
    said += ended.stdout + ended.stderr
    if (ended.killed) kills[now.applied > (first ?? now.applied) ? 'apply' : 'intake']++
    else {
      stage.watch(undefined)
      watching.close()
      const own = await ownRun()
      if (own === undefined) throw new Error(`No run was made: ${ended.stderr}`)
      return { run: own.id, last: ended, kills, said }
    }
  }
}
