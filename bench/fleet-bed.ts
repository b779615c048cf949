import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openFleet } from '../src/cli/server/open-fleet.ts'
import { systemClock } from '../src/core/clock.ts'
import { processEnvironment } from '../src/core/environment.ts'
import { startJobs } from '../src/jobs/start-jobs.ts'
import { openPostgres } from '../src/store/postgres/database.ts'
import { migrate } from '../src/store/postgres/migrations.ts'
import { storeSchema } from '../src/store/postgres/schema.ts'
import { openPostgresTables } from '../src/store/tables/postgres-tables.ts'
import { postgres } from '../test/servers/postgres.ts'
import { program } from './desk.ts'

/** Who submits the jobs. */
export const ann = { id: 'tenant/ann', name: 'ann@contoso.com' }

/** A worker of the fleet, in a process group of its own with the processes of its jobs. */
export interface FleetWorker {
  readonly child: ChildProcess
  readonly log: () => string
}

/**
 * A real PostgreSQL server, a sandbox and `entrapipe worker`, each a process of its own, and what a server without workers does.
 *
 * @param sandboxArgs of `entrapipe sandbox`
 */
export const fleetBed = async (sandboxArgs: readonly string[]) => {
  const folder = mkdtempSync(join(tmpdir(), 'entrapipe-bench-fleet-'))
  const path = (name: string): string => join(folder, name)
  const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
  const end = async (): Promise<void> => {
    for (const each of ends.toReversed()) await each()
  }
  try {
    const sandbox = spawn(process.execPath, [program, 'sandbox', '--http', '--json', ...sandboxArgs], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ENTRAPIPE_STORE: path('desk') },
    })
    ends.push(async () => {
      const over = once(sandbox, 'close')
      sandbox.kill()
      await over
    })
    await once(sandbox.stdout, 'data')
    const state = JSON.parse(readFileSync(path('desk/sandbox/sandbox.json'), 'utf8')) as Record<string, string>
    const control = async (method: string, of: string, body?: unknown): Promise<string> => {
      const reply = await fetch(`${state['controlUrl']}${of}`, {
        method,
        headers: { 'x-sandbox-key': state['controlKey']!, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      if (!reply.ok) throw new Error(`${method} ${of}: ${reply.status} ${await reply.text()}`)
      return reply.text()
    }
    const server = await postgres({ teardown: each => void ends.push(each as () => unknown) })
    const url = await server.database()
    const database = openPostgres({ url, clock: systemClock })
    ends.push(() => database.close())
    await migrate(database, storeSchema)
    await openPostgresTables(database)
    const files = path('files')
    mkdirSync(files, { mode: 0o700 })
    const keyFile = path('key')
    writeFileSync(keyFile, randomBytes(32).toString('base64'), { mode: 0o600 })
    process.env['ENTRAPIPE_KEY_FILE'] = keyFile
    process.env['ENTRAPIPE_STORE'] = path('machine-server')
    const environment = processEnvironment()
    const say = (line: string): void => void process.stdout.write(`${line}\n`)
    const fleet = await openFleet({ url, environment, clock: systemClock, files, skills: undefined, say })
    const { jobs, stop } = await startJobs({
      ...{ store: fleet.store, shared: fleet.shared, environment, clock: systemClock, slots: 0, say },
      newOutput: async name => name,
    })
    ends.push(async () => {
      await stop()
      await fleet.close()
    })
    let started = 0
    return {
      ...{ folder, path, files, state, control, server, jobs, store: fleet.store, end },
      /** Starts a worker of one job at a time on a machine of its own. @param through port of the database server */
      async worker(through: number = server.port): Promise<FleetWorker> {
        const store = path(`machine-${++started}`)
        mkdirSync(store, { mode: 0o700 })
        symlinkSync(path('desk/sandbox'), join(store, 'sandbox'))
        const child = spawn(
          process.execPath,
          [program, 'worker', '--files', files, '--tenant', 'sandbox', '--concurrency', '1', '--json'],
          {
            cwd: folder,
            stdio: ['ignore', 'pipe', 'pipe'],
            // A signal to the group reaches the processes of its jobs, too.
            detached: true,
            env: {
              ...process.env,
              ENTRAPIPE_STORE: store,
              DATABASE_URL: url.replace(`:${server.port}/`, `:${through}/`),
            },
          },
        )
        ends.push(() => child.exitCode === null && child.signalCode === null && process.kill(-child.pid!, 'SIGKILL'))
        let log = ''
        child.stderr.on('data', text => (log += text))
        await Promise.race([
          once(createInterface({ input: child.stdout }), 'line'),
          once(child, 'exit').then(() => Promise.reject(new Error(log))),
        ])
        return { child, log: () => log }
      },
    }
  } catch (error) {
    await end()
    throw error
  }
}
