import type { Clock } from '../../core/clock.ts'
import { machineUser, type Environment } from '../../core/environment.ts'
import { given } from '../../core/given.ts'
import type { Skills } from '../../jobs/fleet/workers.ts'
import { openPostgresQueue } from '../../jobs/postgres-queue.ts'
import type { StartJobsOptions } from '../../jobs/start-jobs.ts'
import { rewrapKeys } from '../../store/key-wrapping.ts'
import { checkSchema } from '../../store/postgres/migrations.ts'
import { storeSchema } from '../../store/postgres/schema.ts'
import type { Store } from '../../store/store.ts'
import { postgresTables } from '../../store/tables/postgres-tables.ts'
import { openFleetStore } from './fleet-store.ts'
import { expectDepot } from './expect-depot.ts'
import { expectSharedFiles, expectSharedKey } from './shared-files.ts'

/** What a process of a fleet works with. */
interface Fleet {
  readonly store: Store
  readonly shared: NonNullable<StartJobsOptions['shared']>
  close(): Promise<void>
}

interface FleetOptions {
  readonly url: string
  readonly environment: Environment
  readonly clock: Clock
  /** The folder that all machines share, absolute, or the address. */
  readonly files: string
  /** What this process can run; undefined if it runs no jobs. */
  readonly skills: Skills | undefined
  readonly say: (line: string) => void
}

/**
 * Joins the processes that share the jobs of a PostgreSQL database.
 *
 * @throws EntrapipeError as `openFleetStore`, `expectSharedFiles`, `expectDepot` and `expectSharedKey`
 */
export const openFleet = async (options: FleetOptions): Promise<Fleet> => {
  const { url, environment, clock, files, skills, say } = options
  const opened = await openFleetStore({ url, environment, clock, files })
  const { database, store, keys, depot } = opened
  try {
    const tables = postgresTables(database)
    await (depot ? expectDepot(depot, tables) : expectSharedFiles(files, tables))
    await expectSharedKey(tables, keys.wrapping)
    const { rewrapped, unreadable } = (await keys.shelved?.rewrap()) ?? rewrapKeys(keys)
    if (rewrapped > 0) say(`Wrapped the keys of ${rewrapped} runs by the first key of ENTRAPIPE_KEY_FILE.`)
    if (unreadable > 0)
      say(
        `The keys of ${unreadable} runs were wrapped by a key that ENTRAPIPE_KEY_FILE lacks: what they seal cannot be read.`,
      )
    const queue = await openPostgresQueue(url, say)
    return {
      store,
      shared: {
        ...{ queue, tables, files, ...given({ depot }) },
        fleet: {
          host: machineUser().host,
          expectSchema: () => checkSchema(database, storeSchema),
          ...(skills && { skills }),
        },
      },
      async close() {
        await queue.close()
        await opened.close()
      },
    }
  } catch (error) {
    await opened.close()
    throw error
  }
}
