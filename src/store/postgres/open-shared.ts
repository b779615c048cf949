import type { Clock } from '../../core/clock.ts'
import { machineUser, type Environment } from '../../core/environment.ts'
import { given } from '../../core/given.ts'
import type { SharedKeys } from '../run-paths.ts'
import type { LastingClaims } from '../lasting-claims.ts'
import { openStore } from '../open-store.ts'
import type { Store } from '../store.ts'
import { postgresBudget } from './budget.ts'
import { openPostgres, type Postgres } from './database.ts'
import { leaseTimes } from './lease.ts'
import { checkSchema } from './migrations.ts'
import { postgresRuns } from './postgres-runs.ts'
import { storeSchema } from './schema.ts'

/** The store of a process of a fleet. */
export interface SharedStore {
  readonly database: Postgres
  /** Its records are in the database. */
  readonly store: Store
  close(): Promise<void>
}

interface SharedStoreOptions {
  /** `postgres://…`, a secret. */
  readonly url: string
  readonly environment: Environment
  readonly clock: Clock
  readonly keys: SharedKeys
  readonly lasting: LastingClaims
  /** @default 8 */
  readonly connections?: number | undefined
  /** By which the times of leases are multiplied, for tests. @default 1 */
  readonly pace?: number | undefined
}

const paced = (pace: number): typeof leaseTimes => ({
  leaseMs: leaseTimes.leaseMs * pace,
  freshMs: leaseTimes.freshMs * pace,
  renewalMs: leaseTimes.renewalMs * pace,
})

/**
 * Opens a store whose records of runs and budget are in PostgreSQL.
 *
 * @throws EntrapipeError `STORE_UNUSABLE` unless the database can be reached and was migrated, and as `openStore`
 */
export const openSharedStore = async ({
  url,
  environment,
  clock,
  keys,
  lasting,
  connections,
  pace = 1,
}: SharedStoreOptions): Promise<SharedStore> => {
  const { host } = machineUser()
  const database = openPostgres({ url, clock, ...given({ connections }) })
  try {
    await checkSchema(database, storeSchema)
    const runs = postgresRuns({ database, clock, worker: `${host}:${process.pid}`, times: paced(pace) })
    const budget = postgresBudget({ database, clock })
    const store = openStore({ environment, clock, shared: { runs, budget, keys, lasting } })
    return {
      database,
      store,
      async close() {
        try {
          await store.close()
          await budget.close()
        } finally {
          await database.close()
        }
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}
