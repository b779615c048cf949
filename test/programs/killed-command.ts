import { existsSync, readdirSync, rmSync, statSync, watch } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { systemClock } from '../../src/core/clock.ts'
import type { Completeness } from '../../src/core/manifest.ts'
import { processEnvironment } from '../../src/core/environment.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { RunInfo } from '../../src/store/types.ts'
import type { Desk, Ran } from '../e2e/bed.ts'
import { whole } from './random.ts'

/** The runs of a desk, newest first. */
export const runsOf = async (desk: Desk): Promise<readonly RunInfo[]> => {
  const variable = (name: string): string | undefined => (name === 'ENTRAPIPE_STORE' ? desk.path('store') : undefined)
  const store = openStore({ environment: { ...processEnvironment(), variable }, clock: systemClock })
  try {
    return await store.list()
  } finally {
    await store.close()
  }
}

const sizeOf = (path: string): number => {
  try {
    return statSync(path).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}

export const partialSize = (desk: Desk, to: string): number => sizeOf(desk.path(`${to}.partial`))

/** Tells of a command's progress by what it does to files, until it is closed. */
export interface Moment {
  readonly close: () => void
}

/** Calls `come` each time the partial has changed and is at least so large. */
export const whenPartialHas = (desk: Desk, to: string, bytes: number, come: () => void): Moment =>
  watch(desk.folder, (_event, name) => {
    if (name === `${to}.partial` && partialSize(desk, to) >= bytes) come()
  })

/** Calls `come` from the `n`-th time on that the newest run writes to its own records. */
export const whenRunHasWritten = (desk: Desk, n: number, come: () => void): Moment => {
  let times = 0
  const newest = readdirSync(desk.path('store/runs')).sort().at(-1)!
  return watch(join(desk.path('store/runs'), newest), (_event, name) => {
    if (name?.startsWith('run.sqlite-wal') && ++times >= n) come()
  })
}

/** Starts a command and kills it when its moment has come. */
export const killAt = async (
  desk: Desk,
  args: readonly string[],
  moment: (come: () => void) => Moment,
): Promise<Ran & { readonly killed: boolean }> => {
  let kill = (): void => undefined
  const watching = moment(() => kill())
  const { child, ended } = desk.start(args)
  kill = () => void child.kill('SIGKILL')
  const ran = await ended
  watching.close()
  return { ...ran, killed: child.signalCode === 'SIGKILL' }
}

export interface Killings {
  readonly desk: Desk
  readonly args: readonly string[]
  readonly to: string
  /** Of an undisturbed run. */
  readonly wanted: Buffer
  readonly next: () => number
  /** So many. */
  readonly kills: number
  /** Of the whole file. @default complete */
  readonly completeness?: Completeness
  /** The order of rows is not fixed, so they are compared sorted. @default the bytes are compared */
  readonly sorted?: true
  /** After each kill. */
  readonly between?: () => Promise<void>
}

/** The lines in the order of their text. */
const linesOf = (bytes: Buffer): Buffer => Buffer.from(bytes.toString().split('\n').sort().join('\n'))

/**
 * Gives a command again and again, and kills it each time at another moment of its progress, until it was killed often
 * enough; then it may come to its end. Where it came there before, all of it is done anew. Answers how often it was killed.
 */
export const killOften = async (t: Test, killings: Killings): Promise<number> => {
  let kills = 0
  while (kills < killings.kills) kills += await killUntilDone(t, { ...killings, kills: killings.kills - kills })
  return kills
}

const killUntilDone = async (
  t: Test,
  { desk, args, to, wanted, next, between, completeness = 'complete', sorted, kills: most }: Killings,
): Promise<number> => {
  const isWanted = (): boolean =>
    sorted ? linesOf(desk.bytes(to)).equals(linesOf(wanted)) : desk.bytes(to).equals(wanted)
  let kills = 0
  let published: number | undefined
  const before = (await runsOf(desk)).length
  for (const name of [to, `${to}.manifest.json`]) rmSync(desk.path(name), { force: true })
  for (let isDone = false; !isDone;) {
    const step = whole(next, 1, Math.floor((wanted.length * 2) / (most + 1)))
    const bytes = partialSize(desk, to) + step
    const n = whole(next, 1, 24)
    const byRun = kills > 0 && next() < 0.3
    const { killed, status, stderr } =
      kills < most
        ? await killAt(desk, args, come =>
            byRun ? whenRunHasWritten(desk, n, come) : whenPartialHas(desk, to, bytes, come),
          )
        : { ...(await desk.run(args)), killed: false }
    const [run] = await runsOf(desk)
    if (!killed && status !== 0) throw new Error(`It ended with ${status}: ${stderr}`)
    isDone = run?.status === 'done'
    if (!isDone) {
      kills++
      if (run?.status !== 'interrupted') t.equal(run?.status, 'interrupted', 'what was killed')
      if (existsSync(desk.path(to))) {
        published ??= kills - 1
        t.ok(isWanted(), 'a published file is complete')
      }
      await between?.()
    } else if (!killed && kills > 0 && published === undefined)
      t.match(stderr, /Resuming run .*, (after [\d,]+ rows?|from the first row) /)
  }
  await t.test(`the command was killed ${kills} times and resumed`, async t => {
    t.ok(isWanted(), 'the bytes of an undisturbed run')
    t.equal(partialSize(desk, to), 0, 'no partial is left')
    const runs = await runsOf(desk)
    t.equal(runs.length, before + 1, 'it was one run')
    t.match(runs[0], { status: 'done', resumed: kills })
    t.match(desk.manifest(to), { resumed: published ?? kills, completeness })
  })
  return kills
}
