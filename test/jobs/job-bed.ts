import { join } from 'node:path'
import type { Test } from 'tap'
import { systemClock } from '../../src/core/clock.ts'
import { launchChild, type Child, type Launch } from '../../src/jobs/child.ts'
import { jobHub } from '../../src/jobs/job-hub.ts'
import { jobStore } from '../../src/jobs/job-store.ts'
import { openJobs } from '../../src/jobs/jobs.ts'
import type { Job, JobState, Person } from '../../src/jobs/job.ts'
import { jobWorker } from '../../src/jobs/worker.ts'
import { openStore } from '../../src/store/open-store.ts'
import { wholeStore } from '../../src/jobs/wholes/whole-store.ts'
import { openTables } from '../../src/store/tables/open-tables.ts'
import { callControl } from '../../src/sandbox/process/call-control.ts'
import { changeDesk } from '../cli/change-desk.ts'
import { until } from '../programs/until.ts'
import { fakeEnvironment } from '../tenants/fake-environment.ts'

export const ann: Person = { id: 'tenant/ann', name: 'ann@contoso.com' }
export const bob: Person = { id: 'tenant/bob', name: 'bob@contoso.com' }

/** What a person would see of the directory and the jobs of a folder. */
export const jobDesk = async (t: Test, users = 300) => {
  const desk = await changeDesk(t, {}, { users, tls: false })
  const path = (name: string): string => join(desk.folder, name)
  const sent = async (): Promise<number> => {
    const { writes } = JSON.parse(await desk.control('GET', '/counters')) as {
      readonly writes: { readonly attempted: Readonly<Record<string, number>> }
    }
    return Object.values(writes.attempted).reduce((sum, many) => sum + many, 0)
  }
  return {
    ...desk,
    path,
    /** Requests that would change something, since the last call of `writes`. */
    sent,
    /** Resolves when the first change has been sent. */
    hasSent: () => until(async () => (await sent()) > 0),
    /** How long the sandbox takes for each change, in milliseconds. */
    slowly: async (writeMs: number) => callControl(await desk.connection(), 'PUT', '/knobs', { writeMs }),
    /** A file with people to create, named so that the truth tells them. */
    newPeople(file: string, prefix: string, many: number) {
      const lines = Array.from(
        { length: many },
        (_, at) => `${prefix}${at},${prefix}${at}@contoso.onmicrosoft.com,${prefix}${at},true,Pa55-${prefix}-w0rd${at}`,
      )
      desk.write(file, `displayName,userPrincipalName,mailNickname,accountEnabled,password\n${lines.join('\n')}\n`)
      return path(file)
    },
    /** How often each person with this prefix was created, in the truth. */
    async created(prefix: string): Promise<readonly number[]> {
      return (await desk.truth('user'))
        .filter(({ userPrincipalName }) => String(userPrincipalName).startsWith(prefix))
        .map(({ created }) => Number(created))
    },
  }
}

interface BedOptions {
  readonly approval?: boolean
  /** Wraps how a child is started. */
  readonly launch?: (launch: Launch) => Launch
  /** Whether jobs start by themselves as soon as they can. @default false */
  readonly starts?: boolean
}

/** The jobs of a desk, with a worker in this process, whose children are real. */
export const jobBed = async (t: Test, { approval = false, launch = real => real, starts = false }: BedOptions = {}) => {
  const desk = await jobDesk(t)
  const environment = fakeEnvironment(desk.folder, { ENTRAPIPE_STORE: desk.path('store') })
  const runs = openStore({ environment, clock: systemClock })
  const tables = await openTables(runs.folder, systemClock)
  const store = jobStore(tables, systemClock)
  const hub = jobHub()
  const said: string[] = []
  const children: Child[] = []
  const variables = { ...globalThis.process.env, NODE_OPTIONS: '', ENTRAPIPE_STORE: desk.path('store') }
  const wrapped = launch(launchChild(line => said.push(line), variables))
  const worker = jobWorker({
    ...{ id: 'worker', jobs: store, runs, clock: systemClock, approval, changed: hub.changed },
    launch(order, take) {
      const child = wrapped(order, take)
      children.push(child)
      return child
    },
    say: line => said.push(line),
  })
  const startAll = async (): Promise<void> => {
    for (const ticket of await store.tickets()) void worker.run(ticket).then(startAll)
  }
  const jobs = openJobs({
    ...{ store, runs, hub, environment, clock: systemClock, approval },
    wake: () => void (starts && startAll()),
    cancel: worker.cancel,
    forget: worker.forget,
    wholes: wholeStore(tables, systemClock),
  })
  t.teardown(async () => {
    for (const child of children) child.kill()
    await Promise.all(children.map(({ ended }) => ended))
    await tables.close()
    await runs.close()
  })
  const end = new AbortController()
  t.teardown(() => end.abort())
  return {
    desk,
    runs,
    tables,
    environment,
    store,
    jobs,
    worker,
    children,
    said,
    /** Runs everything that can start now, and returns the tickets. */
    async runAll() {
      const tickets = await store.tickets()
      await Promise.all(tickets.map(ticket => worker.run(ticket)))
      return tickets
    },
    /** Runs until no job can start any more. */
    async drain() {
      for (let tickets = await store.tickets(); tickets.length > 0; tickets = await store.tickets())
        await Promise.all(tickets.map(ticket => worker.run(ticket)))
    },
    /** Resolves when a job is as asked for. */
    async until(id: string, is: (job: Job) => boolean): Promise<Job> {
      for await (const { data } of jobs.events(id, undefined, end.signal)) if (is(data)) return data
      throw new Error(`job ${id} ended before`)
    },
    create: (from: string, more: object = {}) =>
      jobs.submit({ pipeline: 'users create', params: {}, paths: { from }, tenant: 'sandbox', ...more }, ann),
    stateOf: async (id: string): Promise<JobState> => (await store.get(id)).state,
  }
}
