import { EntrapipeError } from '../../core/errors.ts'
import { migratePostgresQueue } from '../../jobs/postgres-queue.ts'
import { openPostgres, type Postgres } from '../../store/postgres/database.ts'
import { checkSchema, migrate, schemaStatus } from '../../store/postgres/migrations.ts'
import { storeSchema } from '../../store/postgres/schema.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { databaseUrl } from './served.ts'

const inDatabase = async (cli: Cli, work: (database: Postgres, url: string) => Promise<void>): Promise<void> => {
  const url = databaseUrl(cli)
  if (url === undefined)
    throw new EntrapipeError('USAGE', 'DATABASE_URL is not set.', {
      fix: 'Set DATABASE_URL to postgres://user:password@host:5432/database. Without a fleet, nothing has to be prepared.',
    })
  const database = openPostgres({ url, clock: cli.clock, connections: 1 })
  try {
    await work(database, url)
  } finally {
    await database.close()
  }
}

/** Brings the tables of a fleet to the version of this program. @throws EntrapipeError `USAGE`, `STORE_UNUSABLE` */
export const migrateStore = (cli: Cli): Promise<void> =>
  inDatabase(cli, async (database, url) => {
    const before = await migrate(database, storeSchema)
    await migratePostgresQueue(url)
    const parts = before.map(({ name, version, wanted }) => ({ name, from: version, to: Math.max(version, wanted) }))
    await printLines(
      cli,
      cli.json()
        ? parts.map(part => JSON.stringify(part))
        : parts.map(({ name, from, to }) =>
            from === to ? `${name}: version ${to}, nothing to do` : `${name}: from version ${from} to ${to}`,
          ),
    )
  })

/** Shows the versions of the tables of a fleet. @throws EntrapipeError `USAGE`, `STORE_UNUSABLE`, also if this program cannot use them */
export const showStoreStatus = (cli: Cli): Promise<void> =>
  inDatabase(cli, async database => {
    const parts = await schemaStatus(database, storeSchema)
    await printLines(
      cli,
      parts.map(({ name, version, wanted }) =>
        cli.json()
          ? JSON.stringify({ name, version, wanted })
          : `${name}: version ${version}, this program needs ${wanted}`,
      ),
    )
    await checkSchema(database, storeSchema)
  })
