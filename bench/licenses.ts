/**
 * Measures `licenses report` over a sandbox in a process of its own, and `licenses ledger` over an audit log of as many changes. Writes the section "Licences"
 * of bench/results.md: `node --conditions=entrapipe-source bench/licenses.ts [users] [kills]`, by default 1,000,000 and 5. The report to a file is killed (SIGKILL) at times that
 * are spread over it, resumed each time, and compared with an undisturbed one. Linux only. Ends with 1 if they differ.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openAudit } from '../src/store/audit.ts'
import { program, withDesk, type Desk } from './desk.ts'
import type { Measured } from './measure.ts'

const [users = 1_000_000, kills = 5] = process.argv.slice(2).map(Number)
const heading = '## Licences'
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const whole = (value: number): string => Math.round(value).toLocaleString('en-US')
const table: string[] = []

const add = (what: string, { seconds, cpuSeconds, peakMb, medianMb }: Measured): void => {
  const cells = [what, seconds.toFixed(1), cpuSeconds.toFixed(1), peakMb.toFixed(0), medianMb.toFixed(0)]
  table.push(`| ${cells.join(' | ')} |`)
  say(table.at(-1)!)
}
const digestOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')
/** The rows in any order: pages of shards arrive differently. */
const rowsOf = (path: string): string =>
  createHash('sha256').update(readFileSync(path, 'utf8').split('\n').sort().join('\n')).digest('hex')

/** Kills the report again and again, and lets it end. Returns how often it was killed. */
const killed = async ({ folder }: Desk, args: readonly string[], seconds: number): Promise<number> => {
  const env = { ...process.env, ENTRAPIPE_STORE: join(folder, 'store') }
  for (let times = 0; ;) {
    const child = spawn(process.execPath, [program, ...args, '--tenant', 'sandbox', '--quiet'], {
      cwd: folder,
      env,
      stdio: 'ignore',
    })
    const ended = once(child, 'close')
    const timer = setTimeout(() => child.kill('SIGKILL'), times < kills ? (seconds * 1000) / 8 : 3_600_000)
    const [status] = (await ended) as [number | null]
    clearTimeout(timer)
    if (child.signalCode !== 'SIGKILL') {
      if (status !== 0) throw new Error(`The report ended with ${status}`)
      return times
    }
    times++
  }
}

/** Writes an audit log of so many assignments. */
const logged = async (folder: string, tenant: string): Promise<void> => {
  const audit = openAudit(join(folder, 'store', 'audit.jsonl'))
  const sku = '05e9a617-0261-4cee-bb44-138d3ef5d965'
  const at = new Date().toISOString()
  await audit.append([
    { event: 'started', run: 'r1', tenant: { id: tenant }, who: { user: 'ann', host: 'desk' }, reason: 'Bench' },
  ])
  for (let from = 0; from < users; from += 10_000)
    await audit.append(
      Array.from({ length: Math.min(10_000, users - from) }, (_, nth) => {
        const key = from + nth
        const user = `${key.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`
        return {
          ...{ at, event: 'change', run: 'r1', tenant, result: key + 1, phase: null, key, step: 0 },
          ...{ operation: 'assign-license', object: `${user}/licences/${sku}`, id: user, outcome: 'done', code: null },
          before: {
            plans: null,
            after: [],
            loses: false,
            takes: [sku],
            frees: [],
            userPrincipalName: `user${key}@contoso.com`,
          },
          after: { user, sku },
          requests: [user],
        }
      }),
    )
}

const notes: string[] = []
await withDesk({ users, timeScale: 0, writeMs: 0 }, async desk => {
  const report = (to: string, ...more: readonly string[]) => ['licenses', 'report', '--to', to, ...more]
  const first = await desk.run(report('plain.csv', '--no-sign-ins', '--quiet'))
  add(`licenses report --no-sign-ins, ${whole(users)} users, CSV`, first)
  add('licenses report --no-sign-ins, table', await desk.run(['licenses', 'report', '--no-sign-ins', '--quiet']))
  add(
    'licenses report with sign-ins (the sandbox without their limit), CSV',
    await desk.run(report('signins.csv', '--quiet')),
  )
  const times = await killed(desk, report('killed.csv', '--no-sign-ins', '--checkpoint-rows', '20000'), first.seconds)
  const isSame = digestOf(join(desk.folder, 'killed.csv')) === digestOf(join(desk.folder, 'plain.csv'))
  const hasSameRows = rowsOf(join(desk.folder, 'killed.csv')) === rowsOf(join(desk.folder, 'plain.csv'))
  notes.push(
    `Killed ${times} times and resumed, the report has ${isSame ? 'the same bytes' : hasSameRows ? 'the same rows' : 'OTHER ROWS'}.`,
  )
  if (!hasSameRows) process.exitCode = 1
  const { tenantId } = JSON.parse(readFileSync(join(desk.folder, 'store/sandbox/sandbox.json'), 'utf8')) as {
    readonly tenantId: string
  }
  await logged(desk.folder, tenantId)
  add(`licenses ledger, ${whole(users)} changes, CSV`, await desk.run(['licenses', 'ledger', '--to', 'ledger.csv']))
  add('licenses ledger, table', await desk.run(['licenses', 'ledger']))
})
notes.forEach(say)

const path = fileURLToPath(new URL('results.md', import.meta.url))
const [head, ...rest] = readFileSync(path, 'utf8').split(/^(?=## )/m)
const lines = [
  heading,
  '',
  `\`node bench/licenses.ts ${users} ${kills}\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} cores (${cpus()[0]!.model.trim()}), ${Math.round(totalmem() / 1e9)} GB, ${platform()} ${release()}, Node ${process.version}; load ${loadavg()[0]!.toFixed(0)} at the end.`,
  'Over the sandbox, which is a process of its own and takes most of the time.',
  '',
  '| what | seconds | CPU s | peak MB (VmHWM) | median MB |',
  '| --- | ---: | ---: | ---: | ---: |',
  ...table,
  '',
  ...notes,
]
const parts = [head!, ...rest.filter(part => !part.startsWith(`${heading}\n`)), lines.join('\n')].map(part =>
  part.trimEnd(),
)
writeFileSync(path, `${parts.join('\n\n')}\n`)
