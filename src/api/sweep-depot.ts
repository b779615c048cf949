import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../core/clock.ts'
import type { Depot } from '../core/depot.ts'
import { outputsName } from './jobs/new-output.ts'
import { sentFiles } from './jobs/sent-files.ts'
import { removeOld } from './remove-old.ts'
import { uploadsName } from './uploads/uploads.ts'

/** Folders in a depot, by what is in them. */
const plansName = 'plans'

/** What is still needed, by id. */
interface Needed {
  /** Whether an order has the id of an upload or of an output. */
  readonly isNamed: (id: string) => Promise<boolean>
  /** Whether there is a job. */
  readonly isJob: (id: string) => Promise<boolean>
  readonly isUpload: (id: string) => Promise<boolean>
}

/**
 * Removes folders of a depot that nothing needs, and did not need a time ago: objects have no time, and an upload is there before it is
 * known.
 *
 * @param unusedMs how long nothing must have needed them
 */
export const depotSweep = (depot: Depot, clock: Clock, unusedMs: number) => {
  const since = new Map<string, number>()
  const sweepFolder = async (folder: string, isUsed: (id: string) => Promise<boolean>): Promise<void> => {
    const found: string[] = []
    for await (const id of depot.in(folder).folders(depot.ctx)) found.push(id)
    for (const id of found) {
      const name = `${folder}/${id}`
      const now = clock.now()
      if (await isUsed(id)) since.delete(name)
      else if (!since.has(name)) since.set(name, now)
      else if (now - since.get(name)! >= unusedMs) {
        await depot.clear(name)
        since.delete(name)
      }
    }
  }
  return async ({ isNamed, isJob, isUpload }: Needed): Promise<void> => {
    await sweepFolder(uploadsName, isUpload)
    await sweepFolder(outputsName, isNamed)
    await sweepFolder(plansName, isJob)
  }
}

/** Removes old copies on this machine: those of inputs are made again, and outputs that were sent are not needed. */
export const sweepCopies = async (
  depot: Depot,
  olderMs: number,
  isNamed: (id: string) => Promise<boolean>,
): Promise<void> => {
  const remove = async (name: string, isUsed: (id: string) => Promise<boolean>): Promise<void> => {
    const folder = join(depot.folder, name)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await removeOld(folder, olderMs, isUsed)
  }
  await remove(uploadsName, async () => false)
  await remove(plansName, async () => false)
  await remove(
    outputsName,
    async id => (await isNamed(id)) && (await sentFiles(depot, `${outputsName}/${id}`)).length === 0,
  )
}

/** How often files that nothing needs are looked for, and how old they must be. */
export const [sweepMs, unusedMs] = [3_600_000, 86_400_000]

/** Removes old copies on this machine now and then, until the signal aborts. */
export const keepSweepingCopies = async (
  depot: Depot,
  {
    clock,
    signal,
    isNamed,
    say,
  }: {
    readonly clock: Clock
    readonly signal: AbortSignal
    readonly isNamed: (id: string) => Promise<boolean>
    readonly say: (line: string) => void
  },
): Promise<void> => {
  while (!signal.aborted) {
    try {
      await sweepCopies(depot, clock.now() - unusedMs, isNamed)
    } catch (error) {
      say(`Copies of files that are not needed could not be removed: ${String(error)}`)
    }
    await clock.sleep(sweepMs, signal).catch(() => undefined)
  }
}
