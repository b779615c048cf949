import { systemStopwatch, type Clock } from '../../core/clock.ts'
import type { Tables } from '../../store/tables/tables.ts'
import { beatMs, kindOf, workersIn, type FleetWorker, type Skills } from './workers.ts'

/** What a process needs to be one of a fleet. */
export interface FleetOptions {
  /** The name of its machine. */
  readonly host: string
  /** What it can run. @default it runs no jobs, and only serves them */
  readonly skills?: Skills
  /**
   * Checks that this program still knows the tables: they may have been migrated by a newer one.
   *
   * @throws EntrapipeError `STORE_UNUSABLE`
   */
  readonly expectSchema: () => Promise<void>
  /** By which times are multiplied, for tests. @default 1 */
  readonly pace?: number
}

/** A process among those that share jobs. */
export interface Member {
  /** The kind of tickets that it takes; undefined if it runs no jobs. */
  readonly kind: string | undefined
  /** The workers that live, this one included. */
  live(): Promise<readonly FleetWorker[]>
  /** Takes no more tickets. Others take up what it still runs once it has ended. */
  leave(): Promise<void>
}

/**
 * Joins a fleet, as the worker with this id.
 *
 * @param outdated called once if the tables were migrated by a program that is too new
 */
export const joinFleet = async (
  id: string,
  { host, skills, expectSchema, pace = 1 }: FleetOptions,
  { tables, clock, say }: { readonly tables: Tables; readonly clock: Clock; readonly say: (line: string) => void },
  outdated: (error: Error) => void,
): Promise<Member> => {
  const workers = workersIn(tables, systemStopwatch, pace)
  const own: FleetWorker | undefined = skills && { id, host, kind: kindOf(skills), ...skills }
  const over = new AbortController()
  if (own) await workers.beat(own)

  const beating = async (): Promise<void> => {
    let isSilent = false
    for (;;) {
      await clock.sleep(beatMs * pace, over.signal)
      try {
        await expectSchema()
        if (own) await workers.beat(own)
        isSilent = false
      } catch (error) {
        const { facts } = error as { readonly facts?: { readonly schema?: string } }
        if (facts?.schema !== undefined) return outdated(error as Error)
        // Others take up its jobs meanwhile, if that lasts.
        if (!isSilent)
          say(`The other workers cannot be told that this one lives, which is tried again: ${String(error)}`)
        isSilent = true
      }
    }
  }
  const beats = beating().catch((error: unknown) => {
    if (!over.signal.aborted) throw error
  })
  return {
    kind: own?.kind,
    live: workers.live,
    async leave() {
      over.abort()
      await beats
      // If the database is away, the others notice without being told.
      if (own) await workers.leave(id).catch(() => undefined)
    },
  }
}
