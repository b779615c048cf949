import { join } from 'node:path'
import type { Test } from 'tap'
import { request, type Dispatcher } from 'undici'
import { systemClock, type Clock } from '../../src/core/clock.ts'
import { processEnvironment } from '../../src/core/environment.ts'
import { openServer, type Server, type ServerOptions } from '../../src/api/open-server.ts'
import { newOutputIn } from '../../src/api/jobs/new-output.ts'
import type { Problem } from '../../src/api/problem.ts'
import { jobHub } from '../../src/jobs/job-hub.ts'
import { jobStore } from '../../src/jobs/job-store.ts'
import { openJobs } from '../../src/jobs/jobs.ts'
import { openSchedules } from '../../src/jobs/schedules/schedules.ts'
import { scheduleStore } from '../../src/jobs/schedules/schedule-store.ts'
import { openStore } from '../../src/store/open-store.ts'
import { wholeStore } from '../../src/jobs/wholes/whole-store.ts'
import { openTables } from '../../src/store/tables/open-tables.ts'
import type { Tables } from '../../src/store/tables/tables.ts'

/** A request to the server, and what it answered. */
interface Call {
  readonly headers?: Readonly<Record<string, string>>
  /** JSON unless it is text, bytes or a stream. */
  readonly body?: unknown
  /** @default that of the owner; null for none */
  readonly token?: string | null
}

/** A reply. */
interface Answer {
  readonly status: number
  readonly headers: Dispatcher.ResponseData['headers']
  readonly text: string
  /** The body as JSON. */
  readonly body: never
  readonly problem: Problem
}

/** A server with tables of its own. */
export interface ServerBed extends Server {
  readonly folder: string
  readonly tables: Tables
  readonly log: () => string
  call(method: string, path: string, call?: Call): Promise<Answer>
}

/** Starts a server on a free port of loopback, which ends with the test. */
export const serverBed = async (t: Test, options: Partial<ServerOptions> = {}): Promise<ServerBed> => {
  const folder = t.testdir({})
  const clock: Clock = options.clock ?? systemClock
  const tables = await openTables({ path: folder }, clock)
  const environment = processEnvironment()
  const store = openStore({
    environment: {
      ...environment,
      variable: name => (name === 'ENTRAPIPE_STORE' ? join(folder, 'store') : environment.variable(name)),
    },
    clock,
  })
  const lines: string[] = []
  const jobs = jobStore(tables, clock)
  const schedules = scheduleStore({
    ...{ tables, clock, addJob: jobs.createIn, findJob: jobs.findIn },
    newOutput: newOutputIn(join(folder, 'files')),
    known: { names: ['sandbox', 'contoso'], tagsOf: options.tagsOf ?? (() => []) },
  })
  const server = await openServer({
    host: '127.0.0.1',
    port: 0,
    environment,
    jobs: openJobs({
      ...{ runs: store, environment, clock, hub: jobHub(), store: jobs },
      ...{
        wake: () => undefined,
        cancel: () => undefined,
        forget: async () => undefined,
        wholes: wholeStore(tables, clock),
      },
      approval: true,
    }),
    schedules: openSchedules({ store: schedules, environment, clock, wake: () => undefined }),
    store,
    tables,
    openReader: async () => Promise.reject(new Error('no directory')),
    files: join(folder, 'files'),
    tenants: ['sandbox', 'contoso'],
    isSandboxOnly: false,
    owner: { id: 'local:ann@desk', name: 'ann' },
    maxUpload: 50_000_000,
    log: { level: 'info', stream: { write: (line: string) => void lines.push(line) } as never },
    ...options,
    // What waits in a server waits for hours.
    clock: { now: clock.now, sleep: systemClock.sleep },
  })
  t.teardown(async () => {
    await server.close()
    await tables.close()
    await store.close()
  })
  return {
    ...server,
    folder,
    tables,
    log: () => lines.join(''),
    async call(method, path, { headers = {}, body, token = server.token } = {}) {
      const isRaw =
        body === undefined || typeof body === 'string' || Buffer.isBuffer(body) || Symbol.asyncIterator in Object(body)
      const reply = await request(`${server.url}${path}`, {
        method: method as Dispatcher.HttpMethod,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(isRaw ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: (isRaw ? body : JSON.stringify(body)) as never,
      })
      const text = await reply.body.text()
      const json = /json/.test(String(reply.headers['content-type'])) ? JSON.parse(text) : undefined
      return { status: reply.statusCode, headers: reply.headers, text, body: json as never, problem: json as Problem }
    },
  }
}

/** What a problem says, for comparisons. */
export const said = ({ status, problem }: Answer): readonly [status: number, code: string, detail: string] => [
  status,
  problem.code,
  problem.detail,
]
