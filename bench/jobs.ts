/**
 * Measures lists of jobs: `node --conditions=entrapipe-source bench/jobs.ts [jobs] [tenants]`. A server is started on a store with so many
 * jobs (10,000), and ten more over all tenants (200). Then what is older than a year is removed.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../src/core/clock.ts'
import { insertJob } from '../src/jobs/insert-job.ts'
import { jobStore } from '../src/jobs/job-store.ts'
import { insertWhole } from '../src/jobs/wholes/insert-whole.ts'
import { openTables } from '../src/store/tables/open-tables.ts'
import { measure, median } from './measure.ts'

const [many = 10_000, tenants = 200] = process.argv.slice(2).map(Number)
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const program = fileURLToPath(new URL('../bin/entrapipe.js', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'entrapipe-bench-jobs-'))
const store = join(folder, 'store')
mkdirSync(store, { mode: 0o700 })
const env = { ENTRAPIPE_STORE: store }
const names = Array.from({ length: tenants }, (_, at) => `tenant-${at}`)
const minuteMs = 60_000
const yearMs = 365 * 24 * 60 * minuteMs

/** Fills the tables: one job a minute. All have ended, and one in ten has failed. */
const fill = async (): Promise<void> => {
  const tables = await openTables({ path: store }, systemClock)
  const now = systemClock.now()
  const ann = { id: 'local:ann', name: 'ann' }
  const common = { params: { select: ['id'] }, options: {}, work: { kind: 'run' } as const }
  await tables.transaction(async on => {
    for (let at = 0; at < many; at++) {
      const of = { ...common, paths: {}, writes: at % 3 === 0, tenant: names[at % tenants]! }
      const pipeline = at % 3 === 0 ? 'users create' : 'export users'
      const { id } = await insertJob(on, { ...of, pipeline }, ann, now - (many - at) * minuteMs)
      await on.query('update jobs set state = $2 where id = $1', [id, at % 10 === 0 ? 'failed' : 'done'])
    }
    for (let at = 0; at < 10; at++) {
      const parts = names.map(tenant => ({ ...common, tenant, paths: {} }))
      await insertWhole(on, { ...common, pipeline: 'export groups', writes: false, parts }, ann, now - at * minuteMs)
    }
    await on.query(`update jobs set state = 'done' where state = 'queued'`)
    await on.query('update jobs set ended_at = created_at')
  })
  await tables.close()
}

const prune = async (): Promise<void> => {
  const tables = await openTables({ path: store }, systemClock)
  const [all] = await tables.query('select min(ended_at) as first, count(*) as jobs from jobs')
  const pruned = async (afterMs: number): Promise<number> => {
    const now = Number(all!['first']) + afterMs
    return (await jobStore(tables, { ...systemClock, now: () => now }).prune()).length
  }
  const kept = await pruned(yearMs)
  const began = performance.now()
  const gone = await pruned(yearMs + (many + 20) * minuteMs)
  say(
    `after 365 days ${kept} of ${all!['jobs']} are removed, later ${gone} in ${((performance.now() - began) / 1000).toFixed(1)} s`,
  )
  await tables.close()
}

const started = performance.now()
await fill()
say(`${many} jobs and ten over ${tenants} tenants: ${((performance.now() - started) / 1000).toFixed(1)} s`)
const credential = { kind: 'azure-cli' }
const tenantId = '11111111-2222-4333-8444-555555555555'
const entries = Object.fromEntries(names.map(name => [name, { tenantId, credential }]))
writeFileSync(join(folder, 'entrapipe.config.json'), JSON.stringify({ tenants: entries }))
const server = spawn(process.execPath, [program, 'serve', '--port', '0', '--json'], {
  stdio: ['ignore', 'pipe', 'ignore'],
  env: { ...process.env, ...env },
  cwd: folder,
})
try {
  await once(server.stdout, 'data')
  const { url, token } = JSON.parse(readFileSync(join(store, 'server.json'), 'utf8')) as Record<'url' | 'token', string>
  const get = async (path: string): Promise<{ readonly items: readonly { readonly id: string }[]; next?: string }> => {
    const reply = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
    return (await reply.json()) as Awaited<ReturnType<typeof get>>
  }
  const [whole] = (await get('/api/jobs?limit=1&pipeline=export%20groups')).items
  say(`load ${loadavg()[0]!.toFixed(1)}`)
  for (const [what, path] of [
    ['the newest 50', '/api/jobs?limit=50'],
    ['the newest 1,000, brief', '/api/jobs?limit=1000&brief=true'],
    ['50 of one tenant', '/api/jobs?limit=50&tenant=tenant-7'],
    ['50 that failed', '/api/jobs?limit=50&state=failed'],
    ['those that run: none', '/api/jobs?limit=50&state=running'],
    ['50 of one pipeline', '/api/jobs?limit=50&pipeline=users%20create'],
    [`the ${tenants} jobs of one over all tenants`, `/api/jobs?limit=1000&partOf=${whole!.id}`],
    ['the audit, 1,000', '/api/audit?limit=1000'],
  ] as const) {
    const times: number[] = []
    let items = 0
    for (let round = 0; round < 21; round++) {
      const began = performance.now()
      items = (await get(path)).items.length
      times.push(performance.now() - began)
    }
    say(`| ${what} | ${items} | ${median(times).toFixed(0)} | ${Math.max(...times).toFixed(0)} |`)
  }
  const pages: number[] = []
  for (let cursor = ''; ;) {
    const began = performance.now()
    const { next } = await get(`/api/jobs?limit=100${cursor}`)
    pages.push(performance.now() - began)
    if (next === undefined) break
    cursor = `&cursor=${encodeURIComponent(next)}`
  }
  say(`| each of all ${pages.length} pages | 100 | ${median(pages).toFixed(0)} | ${Math.max(...pages).toFixed(0)} |`)
  const list = await measure([program, 'jobs', 'list'], env, folder)
  say(`jobs list: ${list.seconds.toFixed(2)} s, ${list.cpuSeconds.toFixed(2)} s of CPU`)
} finally {
  const over = once(server, 'close')
  server.kill()
  await over
}
await prune()
rmSync(folder, { recursive: true, force: true })
