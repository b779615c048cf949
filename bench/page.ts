/**
 * Measures the server and its page: `node --conditions=entrapipe-source bench/page.ts`, optionally with numbers of result rows and of
 * jobs (1,000,000 and 10,000). The server is a process of its own. It needs Chromium.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { outputsIn, newOutputIn } from '../src/api/jobs/new-output.ts'
import { openServer } from '../src/api/open-server.ts'
import { systemClock } from '../src/core/clock.ts'
import { processEnvironment } from '../src/core/environment.ts'
import { jobHub } from '../src/jobs/job-hub.ts'
import { jobStore } from '../src/jobs/job-store.ts'
import { openJobs } from '../src/jobs/jobs.ts'
import { openSchedules } from '../src/jobs/schedules/schedules.ts'
import { scheduleStore } from '../src/jobs/schedules/schedule-store.ts'
import { wholeStore } from '../src/jobs/wholes/whole-store.ts'
import { openStore } from '../src/store/open-store.ts'
import { openTables } from '../src/store/tables/open-tables.ts'
import type { Result } from '../src/core/result.ts'
import { browserPath } from '../test/browser.ts'

const [rows, many] = [Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 10_000)]
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const median = (of: readonly number[]): number => of.toSorted((one, other) => one - other)[of.length >> 1]!
const ms = (value: number): string => `${value.toFixed(0)} ms`
const memoryOf = (pid: number, name: 'VmRSS' | 'VmHWM'): number =>
  Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

const result = (at: number): Result => ({
  key: at + 2,
  operation: 'add-member',
  outcome: at % 20 === 0 ? 'failed' : 'done',
  status: 204,
  target: `00000000-1111-4222-8333-${String(at).padStart(12, '0')}`,
  ...(at % 20 === 0 && { code: 'Request_BadRequest', message: 'The member was not found.' }),
})

const ann = { id: 'local:ann@desk', name: 'ann' }

/** A folder with a store and tables. */
const openIn = async (folder: string) => {
  const environment = processEnvironment()
  const tables = await openTables({ path: folder }, systemClock)
  const store = openStore({
    environment: {
      ...environment,
      variable: name => (name === 'ENTRAPIPE_STORE' ? join(folder, 'store') : environment.variable(name)),
    },
    clock: systemClock,
  })
  return { environment, tables, store, jobs: jobStore(tables, systemClock) }
}

/** Fills them, and tells the id of the job with the rows. */
const fill = async (folder: string): Promise<void> => {
  const { tables, store, jobs } = await openIn(folder)
  const run = await store.create({ pipeline: 'members add', params: {}, codeHash: '', resumable: false })
  for (let at = 0; at < rows; at += 5000)
    await (
      await run.phase('main')
    ).appendResults(
      0,
      Array.from({ length: Math.min(5000, rows - at) }, (_, more) => result(at + more)),
    )
  await run.finish('done')
  let last = ''
  for (let at = 0; at < many; at++) {
    const { job } = await jobs.create(
      {
        ...{ pipeline: `members ${at % 2 === 0 ? 'add' : 'remove'}`, params: {}, paths: { from: `people-${at}.csv` } },
        ...{ tenant: 'sandbox', writes: true, work: { kind: 'run' }, options: {} },
      },
      ann,
    )
    last = job.id
  }
  const failed = Math.ceil(rows / 20)
  await tables.query(
    `update jobs set state = 'done', ended_at = created_at + 1000, job = $1, run = case when id = $2 then $3 end`,
    [
      JSON.stringify({
        params: {},
        by: 'ann',
        fileName: 'people.csv',
        status: 'Failed',
        counts: { rows, pending: 0, done: rows - failed, unchanged: 0, waiting: 0, skipped: 0, failed, unknown: 0 },
      }),
      ...[last, run.id],
    ],
  )
  await tables.close()
  await store.close()
  process.send!(last)
}

/** The server: it tells where it is. */
const serve = async (folder: string): Promise<void> => {
  const { environment, tables, store, jobs } = await openIn(folder)
  const schedules = scheduleStore({
    ...{ tables, clock: systemClock, addJob: jobs.createIn, findJob: jobs.findIn },
    newOutput: newOutputIn(outputsIn(join(folder, 'files'))),
  })
  const server = await openServer({
    ...{ host: '127.0.0.1', port: 0, environment, store, tables, clock: systemClock, files: join(folder, 'files') },
    jobs: openJobs({
      ...{ runs: store, environment, clock: systemClock, hub: jobHub(), store: jobs, approval: true },
      ...{ wake: () => undefined, cancel: () => undefined, forget: async () => undefined },
      wholes: wholeStore(tables, systemClock),
    }),
    schedules: openSchedules({ store: schedules, environment, clock: systemClock, wake: () => undefined }),
    openReader: async () => Promise.reject(new Error('no directory')),
    ...{ tenants: ['sandbox'], isSandboxOnly: true, owner: ann, maxUpload: 1e6, requestsPerMinute: 1e6 },
  })
  process.send!({ url: server.url, token: server.token })
}

/** Times of a request until its last byte, and its number of bytes. */
const asked = async (url: string, token: string) => {
  const began = performance.now()
  const reply = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
  let bytes = 0
  for await (const chunk of reply.body!) bytes += chunk.length
  if (!reply.ok) throw new Error(`${url}: ${reply.status}`)
  return { took: performance.now() - began, bytes }
}

const measure = async (folder: string): Promise<void> => {
  const start = (what: string) =>
    fork(import.meta.filename, [String(rows), String(many)], {
      env: { ...process.env, BENCH_FOLDER: folder, BENCH_WHAT: what },
      execArgv: process.execArgv,
    })
  const filling = start('fill')
  const [job] = (await once(filling, 'message')) as [string]
  await once(filling, 'exit')
  const server = start('serve')
  try {
    const [{ url, token }] = (await once(server, 'message')) as [{ url: string; token: string }]
    const results = `${url}/api/jobs/${job}/results`
    const several = async (path: string) => {
      const times: number[] = []
      for (let nth = 0; nth < 20; nth++) times.push((await asked(path, token)).took)
      return `${ms(median(times))}, at most ${ms(Math.max(...times))}`
    }
    say(
      `first page of failed rows of ${rows.toLocaleString('en-US')}: ${await several(`${results}?outcome=failed&limit=100`)}`,
    )
    say(`last page of failed rows: ${await several(`${results}?outcome=failed&limit=100&cursor=${rows - 2000}`)}`)
    const before = memoryOf(server.pid!, 'VmRSS')
    for (const format of ['csv', 'jsonl', 'json&all=true']) {
      let most = 0
      const watch = setInterval(() => (most = Math.max(most, memoryOf(server.pid!, 'VmRSS'))), 50)
      const others: number[] = []
      let isOver = false
      const beside = (async () => {
        while (!isOver) {
          others.push((await asked(`${results}?outcome=failed&limit=100`, token)).took)
          await new Promise(resolve => setTimeout(resolve, 200))
        }
      })()
      const { took, bytes } = await asked(`${results}?format=${format}`, token)
      isOver = true
      await beside
      clearInterval(watch)
      say(
        `all as ${format.split('&')[0]}: ${(took / 1000).toFixed(1)} s, ${(bytes / 1e6).toFixed(0)} MB; the server takes ${most.toFixed(0)} MB (before ${before.toFixed(0)}); a page meanwhile ${ms(median(others))}, at most ${ms(Math.max(...others))}`,
      )
    }
    say(
      `1,000 of ${many.toLocaleString('en-US')} jobs, brief: ${await several(`${url}/api/jobs?brief=true&limit=1000`)}`,
    )
    const opened = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox'] })
    const page = await opened.newPage()
    const took = async (act: () => Promise<unknown>): Promise<string> => {
      const began = performance.now()
      await act()
      return ms(performance.now() - began)
    }
    say(
      `the page, until the first jobs are shown: ${await took(async () => {
        await page.goto(url)
        await page.getByRole('link', { name: 'people.csv' }).first().waitFor()
      })}`,
    )
    const all = `${many.toLocaleString('en-US')} jobs`
    say(`until all are: ${await took(() => page.getByText(all, { exact: true }).waitFor({ timeout: 120_000 }))}`)
    say(
      `sorted by state: ${await took(async () => {
        await page.getByRole('button', { name: 'State' }).click()
        await page.locator('th[aria-sort=ascending]').waitFor()
      })}`,
    )
    say(
      `filtered by type: ${await took(async () => {
        await page.getByLabel('Type').selectOption('members remove')
        await page.getByText(`${(many / 2).toLocaleString('en-US')} jobs of`).waitFor()
      })}`,
    )
    const rowsDrawn = await page.locator('tbody tr').count()
    say(`rows drawn: ${rowsDrawn}`)
    say(
      `the job with its results: ${await took(async () => {
        await page.goto(`${url}/jobs/${job}`)
        await page.getByLabel('Outcome').selectOption('failed')
        await page.getByText('Rows 1 to 100').waitFor()
      })}`,
    )
    await opened.close()
  } finally {
    server.kill()
  }
}

const given = process.env['BENCH_FOLDER']
if (given !== undefined) {
  await (process.env['BENCH_WHAT'] === 'fill' ? fill : serve)(given)
  if (process.env['BENCH_WHAT'] === 'fill') process.disconnect()
} else {
  const folder = mkdtempSync(join(tmpdir(), 'entrapipe-page-'))
  try {
    await measure(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
