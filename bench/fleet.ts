/**
 * Disturbs the workers of a fleet in the middle of an export to part files and of a write job, and compares what came of both with the
 * directory, row by row:
 *
 *     npm run bench:fleet -- [users] [groups] [rounds]
 *
 * A real PostgreSQL server, a sandbox and three `entrapipe worker`, each a process of its own. In each round, the workers that run the two
 * jobs are killed (SIGKILL), stopped for 60 s (SIGSTOP, SIGCONT), or cut off from PostgreSQL but not from the directory; in another one,
 * only the processes of their jobs are killed. Linux only. Ends with 1 if a row is lost, doubled, or different, or if a takeover takes longer than
 * 30 s. A group that is created twice is two groups, so that the ledger of truth shows it.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../src/core/clock.ts'
import { hasEnded, type Job } from '../src/jobs/job.ts'
import { cuttable } from '../test/servers/cuttable.ts'
import { writesIn, type Counters } from './counters.ts'
import { ann, fleetBed, type FleetWorker } from './fleet-bed.ts'

const [users = 40_000, groups = 3000, rounds = 1] = process.argv.slice(2).map(Number)
const takeoverMs = 30_000
const stoppedMs = 60_000
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const soon = (): Promise<void> => systemClock.sleep(50)

const bed = await fleetBed(['--users', String(users), '--latency', '100ms', '--time-scale', '100000'])
const { path, files, state, control, server, jobs } = bed
const ends: (() => unknown)[] = [bed.end]

interface Worker extends FleetWorker {
  readonly name: string
  readonly proxy: Awaited<ReturnType<typeof cuttable>>
  /** The processes of its jobs. */
  children(): readonly number[]
}

let started = 0
const startWorker = async (): Promise<Worker> => {
  const name = `worker ${++started}`
  const proxy = await cuttable(server.port)
  ends.push(proxy.close)
  const { child, log } = await bed.worker(proxy.port)
  const children = (): readonly number[] =>
    readdirSync('/proc').flatMap(pid => {
      if (!/^\d+$/.test(pid)) return []
      try {
        const [, group] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').slice(1)
        return Number(group) === child.pid && Number(pid) !== child.pid ? [Number(pid)] : []
      } catch {
        // It has ended.
        return []
      }
    })
  return { name, child, proxy, children, log }
}

type Fields = Readonly<Record<string, unknown>>

/** All users as the directory lists them, without entrapipe. */
const listed = async (): Promise<ReadonlyMap<string, string>> => {
  const { accessToken: token } = JSON.parse(await control('POST', '/tokens', {})) as Record<string, string>
  const found = new Map<string, string>()
  for (let next: string | undefined = `${state['baseUrl']}/users?$select=${select.join(',')}&$top=999`; next;) {
    const reply = (await (await fetch(next, { headers: { authorization: `Bearer ${token}` } })).json()) as {
      readonly value: readonly Fields[]
      readonly '@odata.nextLink'?: string
    }
    for (const user of reply.value) found.set(String(user['id']), rowOf(user))
    next = reply['@odata.nextLink']
  }
  return found
}
const select = ['id', 'displayName', 'userPrincipalName', 'department']
const rowOf = (user: Fields): string => JSON.stringify(select.map(name => user[name] ?? null))

const attempted = async (): Promise<number> =>
  writesIn(JSON.parse(await control('GET', '/counters')) as Counters).attempted

const wrong: string[] = []
const fault = (what: string): void => {
  wrong.push(what)
  say(`  WRONG: ${what}`)
}

/** Compares the parts of a load with the directory. */
const checkExport = (to: string, truth: ReadonlyMap<string, string>): string => {
  const { files: named } = JSON.parse(readFileSync(join(to, '_manifest.json'), 'utf8')) as {
    readonly files: readonly { readonly name: string; readonly rows: number }[]
  }
  const seen = new Map<string, string>()
  let repeated = 0
  for (const { name, rows } of named) {
    const lines = readFileSync(join(to, name), 'utf8').trimEnd().split('\n')
    if (lines.length !== rows) fault(`${name} has ${lines.length} rows, and the manifest says ${rows}`)
    for (const line of lines) {
      const user = JSON.parse(line) as Fields
      if (seen.has(String(user['id']))) repeated++
      seen.set(String(user['id']), rowOf(user))
    }
  }
  const lost = [...truth.keys()].filter(id => !seen.has(id)).length
  const different = [...seen].filter(([id, row]) => truth.get(id) !== row).length
  if (lost + repeated + different > 0) fault(`the export lost ${lost}, doubled ${repeated}, changed ${different}`)
  const others = readdirSync(to).filter(name => name !== '_manifest.json' && !named.some(part => part.name === name))
  if (others.length > 0) fault(`the folder has ${others.join(', ')}, which the manifest does not name`)
  const shards = new Set(named.map(({ name }) => /-t\d+-(s\d+)-/.exec(name)?.[1])).size
  const again = named.filter(({ name }) => /-t([2-9]|\d\d+)-/.test(name)).length
  return `${seen.size} of ${truth.size} users in ${named.length} parts of ${shards} shards, ${again} by a later holder`
}

/** Compares the results of the job with what the directory has recorded. */
const checkWrites = async (job: Job, prefix: string): Promise<string> => {
  const lines = (await control('GET', '/truth?kind=group')).split('\n').filter(Boolean)
  const made = new Map<string, string[]>()
  for (const line of lines) {
    const { id, displayName } = JSON.parse(line) as Record<string, string>
    if (displayName?.startsWith(prefix)) made.set(displayName, [...(made.get(displayName) ?? []), id!])
  }
  const names = Array.from({ length: groups }, (_, at) => `${prefix}${at}`)
  const lost = names.filter(name => !made.has(name)).length
  const doubled = [...made.values()].filter(ids => ids.length > 1).length
  const results = new Map<string, number>()
  let done = 0
  await bed.store.read(job.run!, async reader => {
    for (let after = 0; ;) {
      const page = await reader.readResults({ after, limit: 1000 })
      if (page.length === 0) return
      for (const { outcome, id } of page) {
        if (outcome === 'done') done++
        else fault(`a row is ${outcome}`)
        results.set(String(id), (results.get(String(id)) ?? 0) + 1)
      }
      after = page.at(-1)!.sequence
    }
  })
  const strange = [...made.values()].flat().filter(id => results.get(id) !== 1).length
  if (lost + doubled + strange > 0 || done !== groups)
    fault(`${lost} groups were not made, ${doubled} twice, ${strange} are not the ids of one result; ${done} done`)
  return `${made.size} of ${groups} groups`
}

let workers: Worker[] = []

interface Disturbance {
  readonly name: string
  disturb(worker: Worker): void
  /** Once both jobs have ended, or later. */
  after?(worker: Worker, sinceMs: number): Promise<void>
  /** Whether the process ends. */
  readonly ends?: true
}

const disturbances: readonly Disturbance[] = [
  {
    name: 'SIGKILL of the workers and their jobs',
    ends: true,
    disturb: ({ child }) => process.kill(-child.pid!, 'SIGKILL'),
  },
  { name: 'SIGKILL of the workers alone', ends: true, disturb: ({ child }) => void child.kill('SIGKILL') },
  {
    name: 'SIGKILL of the processes of their jobs',
    disturb: ({ children }) => children().forEach(pid => process.kill(pid, 'SIGKILL')),
  },
  {
    name: 'SIGSTOP for 60 s, SIGCONT',
    disturb: ({ child }) => process.kill(-child.pid!, 'SIGSTOP'),
    async after({ child }, sinceMs) {
      await systemClock.sleep(Math.max(0, sinceMs + stoppedMs - systemClock.now()))
      process.kill(-child.pid!, 'SIGCONT')
    },
  },
  {
    name: 'cut off from PostgreSQL for 60 s',
    disturb: ({ proxy }) => proxy.cut(),
    async after({ proxy }, sinceMs) {
      await systemClock.sleep(Math.max(0, sinceMs + stoppedMs - systemClock.now()))
      proxy.heal()
    },
  },
]

const shown = async (id: string): Promise<Job> => jobs.get(id)

/** Runs both jobs, and disturbs their workers in the middle. */
const round = async (disturbance: Disturbance | undefined, name: string): Promise<void> => {
  const began = systemClock.now()
  await control('DELETE', '/counters')
  const csv = path(`${name}.csv`)
  const lines = Array.from({ length: groups }, (_, at) => `${name}${at},${name}${at}`)
  writeFileSync(csv, `displayName,mailNickname\n${lines.join('\n')}\n`)
  const to = join(files, name)
  const options = { checkpointRows: 2000 }
  const params = { select, pageSize: 100, format: 'jsonl', partRows: 4000 }
  const exporting = await jobs.submit(
    { pipeline: 'export users', params, paths: { to: `${to}/` }, tenant: 'sandbox', options },
    ann,
  )
  const writing = await jobs.submit(
    { pipeline: 'groups create', params: {}, paths: { from: csv }, tenant: 'sandbox' },
    ann,
  )
  const parts = (): number => {
    try {
      return readdirSync(to).filter(file => file.startsWith('part-') && !file.endsWith('.partial')).length
    } catch {
      return 0
    }
  }
  const both = (): Promise<readonly Job[]> => Promise.all([shown(exporting.id), shown(writing.id)])
  let sinceMs = 0
  let hit: readonly Worker[] = []
  let takenMs: readonly (number | undefined)[] = []
  if (disturbance) {
    const middle = async (): Promise<boolean> => parts() * 4000 >= users / 4 && (await attempted()) >= groups / 4
    while (!(await middle())) {
      if ((await both()).every(({ state }) => hasEnded(state))) break
      await soon()
    }
    // Those that began first run the jobs. One worker is left, also if all read shards of the export.
    hit = workers
      .filter(({ children }) => children().length > 0)
      .toSorted((a, b) => Math.min(...a.children()) - Math.min(...b.children()))
      .slice(0, 2)
    const before = await both()
    sinceMs = systemClock.now()
    hit.forEach(disturbance.disturb)
    say(
      `  ${hit.length} workers: ${before.map(({ pipeline, state }) => `${pipeline} ${state}`).join(', ')}; ${parts()} parts, ${await attempted()} writes`,
    )
    // Taken over once another start is in the audit.
    const starts = async (id: string): Promise<number> =>
      (await jobs.audit({ job: id })).filter(({ action }) => action === 'start').length
    const first = await Promise.all(before.map(({ id }) => starts(id)))
    takenMs = await Promise.all(
      before.map(async ({ id, state }, at) => {
        if (hasEnded(state)) return undefined
        while ((await starts(id)) <= first[at]!) {
          if (systemClock.now() - sinceMs > 120_000) return Infinity
          if (hasEnded((await shown(id)).state)) return undefined
          await soon()
        }
        return systemClock.now() - sinceMs
      }),
    )
  }
  for (;;) {
    const now = await both()
    if (now.every(({ state }) => hasEnded(state))) break
    await soon()
  }
  for (const worker of hit) await disturbance?.after?.(worker, sinceMs)
  const [exported, written] = (await both()) as [Job, Job]
  for (const { pipeline, state: ended, error } of [exported, written])
    if (ended !== 'done') fault(`${pipeline} is ${ended}: ${JSON.stringify(error)}`)
  if (disturbance?.after) {
    // What was disturbed goes on now, and must send nothing any more.
    const sent = await attempted()
    await systemClock.sleep(15_000)
    if ((await attempted()) !== sent) fault('a worker that went on has sent something')
  }
  const late = takenMs.filter(ms => ms !== undefined && ms > takeoverMs)
  if (late.length > 0) fault(`a takeover took ${late.map(ms => `${ms! / 1000} s`).join(', ')}`)
  const truth = await listed()
  const told = [checkExport(to, truth), await checkWrites(written, name)]
  const taken = takenMs.map(ms => (ms === undefined ? 'ended before' : `${(ms / 1000).toFixed(1)} s`))
  say(
    `  ${told.join(', ')}; ${await attempted()} writes sent; taken over after ${taken.join(' and ') || '-'}; ${exported.readAgain ?? 0} rows read again; ${((systemClock.now() - began) / 1000).toFixed(0)} s`,
  )
  if (disturbance?.ends) {
    for (const worker of hit) workers = workers.filter(other => other !== worker)
    while (workers.length < 3) workers.push(await startWorker())
  }
}

/** Requests of all workers so far. */
const arrived = async (): Promise<number> =>
  (JSON.parse(await control('GET', '/counters')) as { readonly requests: number }).requests

/** Cancels an export that all workers read, and tells when the last request arrived. The run is resumed then. */
const cancelled = async (): Promise<void> => {
  const to = join(files, 'cancelled')
  const params = { select, pageSize: 100, format: 'jsonl', partRows: 4000 }
  const order = { pipeline: 'export users', params, paths: { to: `${to}/` }, tenant: 'sandbox' }
  const { id } = await jobs.submit({ ...order, options: { checkpointRows: 2000 } }, ann)
  while (workers.some(({ children }) => children().length === 0)) await soon()
  await systemClock.sleep(4000)
  const atMs = systemClock.now()
  await jobs.cancel(id, ann)
  let [last, lastMs] = [await arrived(), systemClock.now()]
  while (systemClock.now() - atMs < 8000) {
    const now = await arrived()
    if (now !== last) [last, lastMs] = [now, systemClock.now()]
    await soon()
  }
  const { state: after } = await shown(id)
  say(`  ${after}; the last request arrived ${((lastMs - atMs) / 1000).toFixed(1)} s later`)
  if (lastMs - atMs > 2000) fault('requests were sent more than 2 s after the job was cancelled')
  await jobs.resume(id, ann)
  while (!hasEnded((await shown(id)).state)) await soon()
  say(`  resumed: ${(await shown(id)).state}, ${checkExport(to, await listed())}`)
}

try {
  while (workers.length < 3) workers.push(await startWorker())
  say('undisturbed')
  await round(undefined, 'calm')
  say('cancelled')
  await cancelled()
  for (let at = 1; at <= rounds; at++)
    for (const [nth, disturbance] of disturbances.entries()) {
      say(disturbance.name)
      await round(disturbance, `${'abcdefgh'[nth]!}r${at}x`)
    }
  if (wrong.length > 0) for (const { name, log } of workers) say(`${name}:\n${log()}`)
} finally {
  for (const end of ends) await end()
}
process.exitCode = wrong.length > 0 ? 1 : 0
