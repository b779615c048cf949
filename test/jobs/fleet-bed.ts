import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Test } from 'tap'
import { systemClock } from '../../src/core/clock.ts'
import { jobStore } from '../../src/jobs/job-store.ts'
import { hasEnded, type Job } from '../../src/jobs/job.ts'
import { openPostgres } from '../../src/store/postgres/database.ts'
import { migrate } from '../../src/store/postgres/migrations.ts'
import { storeSchema } from '../../src/store/postgres/schema.ts'
import { openPostgresTables } from '../../src/store/tables/postgres-tables.ts'
import { postgres } from '../servers/postgres.ts'
import { jobDesk } from './job-bed.ts'
import { jobsProcesses, untilJob } from './jobs-process.ts'

/** How much shorter the times of the fleet are. */
const pace = 0.2

/** Where the files of a fleet are, if not in a folder. */
interface FilesElsewhere {
  readonly files?: string
  readonly variables?: Readonly<Record<string, string>>
}

/** A database, a directory, and machines that share their jobs: each has a state folder of its own. */
export const fleetBed = async (t: Test, { files: address, variables = {} }: FilesElsewhere = {}) => {
  const server = await postgres(t)
  const url = await server.database()
  const database = openPostgres({ url, clock: systemClock })
  await migrate(database, storeSchema)
  const tables = await openPostgresTables(database)
  const store = jobStore(tables, systemClock)
  t.teardown(() => database.close())
  const desk = await jobDesk(t)
  const files = address ?? desk.path('files')
  if (address === undefined) mkdirSync(files, { mode: 0o700 })
  const keyFile = desk.path('wrapping-key')
  writeFileSync(keyFile, randomBytes(32).toString('base64'), { mode: 0o600 })
  const said: (() => string)[] = []
  return {
    server,
    url,
    database,
    tables,
    store,
    desk,
    files,
    keyFile,
    said: () => said.map(each => each()).join('\n'),
    /** Starts a worker on a machine of this name. @param through another address of the database */
    async machine(name: string, through = url) {
      const folder = desk.path(name)
      mkdirSync(folder, { mode: 0o700 })
      // All machines see the same directory.
      symlinkSync(desk.path('store/sandbox'), join(folder, 'sandbox'))
      const processes = jobsProcesses(t, {
        ENTRAPIPE_STORE: folder,
        DATABASE_URL: through,
        ENTRAPIPE_KEY_FILE: keyFile,
        FILES: files,
        ...variables,
        PACE: String(pace),
      })
      said.push(processes.said)
      const child = await processes.start()
      return {
        child,
        /** Sends a signal to the worker and the processes of its jobs. */
        signal: (signal: NodeJS.Signals) => process.kill(-child.pid!, signal),
        submit: (wish: object) => processes.submit(child, wish),
        create: (prefix: string, many: number) =>
          processes.submit(child, {
            ...{ pipeline: 'users create', params: {}, tenant: 'sandbox' },
            paths: { from: desk.newPeople(`files/${prefix}.csv`, prefix, many) },
          }),
      }
    },
    until: (id: string, is: (job: Job) => boolean): Promise<Job> => untilJob(store, id, is),
    ended: (id: string): Promise<Job> => untilJob(store, id, ({ state }) => hasEnded(state)),
  }
}
