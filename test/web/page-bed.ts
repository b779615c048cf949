import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import type { Test } from 'tap'
import { newOutputIn } from '../../src/api/jobs/new-output.ts'
import { openServer, type Server } from '../../src/api/open-server.ts'
import { systemClock } from '../../src/core/clock.ts'
import { openSchedules } from '../../src/jobs/schedules/schedules.ts'
import { scheduleStore } from '../../src/jobs/schedules/schedule-store.ts'
import { memoryBudget } from '../../src/graph/memory-budget.ts'
import { openGraph } from '../../src/tenants/connect.ts'
import { sandboxSettings } from '../../src/tenants/sandbox-settings.ts'
import { browserPath } from '../browser.ts'
import { jobBed } from '../jobs/job-bed.ts'

/** A server whose jobs are really run, and a browser that looks at its page. */
export const pageBed = async (t: Test) => {
  const bed = await jobBed(t, { approval: true, starts: true })
  const { jobs, runs, tables, environment, desk } = bed
  const files = join(desk.folder, 'files')
  mkdirSync(files)
  const clock = systemClock
  const schedules = scheduleStore({
    ...{ tables, clock, addJob: bed.store.createIn, findJob: bed.store.findIn },
    newOutput: newOutputIn(files),
  })
  const server: Server = await openServer({
    ...{ host: '127.0.0.1', port: 0, environment, jobs, store: runs, tables, files, clock },
    schedules: openSchedules({ store: schedules, environment, clock, wake: () => undefined }),
    tenants: ['sandbox', 'contoso'],
    isSandboxOnly: false,
    openReader: async name =>
      openGraph(name, sandboxSettings(await desk.connection()), {
        ...{ environment, clock, budget: memoryBudget(clock), readOnly: true, tell: () => undefined },
      }),
    owner: { id: 'local:ann@desk', name: 'ann' },
    maxUpload: 50_000_000,
  })
  t.teardown(() => server.close())
  // Without a sandbox of its own, which not every machine lets it have.
  const opened: Browser = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox'] })
  t.teardown(() => opened.close())
  const faults: string[] = []
  const call = async (method: string, path: string, body?: unknown, token = server.token) => {
    const reply = await fetch(`${server.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(typeof body === 'object' && { 'content-type': 'application/json' }),
        ...(typeof body === 'string' && { 'content-disposition': 'attachment; filename="people.csv"' }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await reply.text()
    return (text === '' ? undefined : JSON.parse(text)) as never
  }
  return {
    ...bed,
    server,
    /** What went wrong in pages, and what they asked of others. */
    faults,
    call,
    /** A token of this person. */
    async tokenOf(person: string, role: string): Promise<string> {
      const { token } = (await call('POST', '/api/access', {
        name: `${person} ${role}`,
        ...{ role, person, tenants: 'all' },
      })) as { readonly token: string }
      return token
    },
    /** A window of a browser that nobody has signed in. */
    async window(options: BrowserContextOptions = {}): Promise<Page> {
      const context = await opened.newContext({ acceptDownloads: true, ...options })
      context.setDefaultTimeout(20_000)
      const page = await context.newPage()
      page.on('pageerror', error => faults.push(String(error)))
      page.on('console', message => {
        if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) faults.push(message.text())
      })
      page.on('request', request => {
        if (!request.url().startsWith(server.url) && !/^(?:data|blob):/.test(request.url())) faults.push(request.url())
      })
      return page
    },
  }
}
