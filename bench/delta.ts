/**
 * Measures deltas of users and memberships: the first run, which reads everything, and the next one, with changes. Writes the section "Deltas" of
 * bench/results.md: `node bench/delta.ts [users] [changes] [latency in ms]`. The server is a process of its own, `bench/wire-server.ts`. Linux only.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, platform, release, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { portalProperties } from './canned-users.ts'
import { measure, serve } from './measure.ts'
import { exportFrom } from './tenant.ts'

const [users = 1_000_000, changes = 200_000, latency = 0] = process.argv.slice(2).map(Number)
const heading = '## Deltas'
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const whole = (value: number): string => Math.round(value).toLocaleString('en-US')

const select = ['--select', portalProperties.join(',')]
const kinds = [
  { name: 'users, 25 columns, CSV', args: ['users', ...select], ending: 'csv' },
  { name: 'users, 25 columns, JSON lines', args: ['users', ...select], ending: 'jsonl' },
  { name: 'memberships, JSON lines', args: ['memberships'], ending: 'jsonl' },
] as const

/** Rows of the table: a first run and the next one. */
const measured = async ({ name, args, ending }: (typeof kinds)[number]): Promise<readonly string[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'entrapipe-delta-'))
  const wire = await serve(users, '--latency', String(latency), '--edges', String(users))
  const run = async (what: string, to: string): Promise<string> => {
    const command = exportFrom(wire.origin, folder, [...args, '--delta', '--to', join(folder, `${to}.${ending}`)])
    await fetch(`${wire.origin}/stats`)
    const { seconds, cpuSeconds, peakMb } = await measure(command.args, command.env, folder)
    const { requests } = (await (await fetch(`${wire.origin}/stats`)).json()) as { readonly requests: number }
    const cells = [`${name}: ${what}`, seconds.toFixed(1), cpuSeconds.toFixed(1), whole(requests), peakMb.toFixed(0)]
    const line = `| ${cells.join(' | ')} |`
    say(line)
    return line
  }
  try {
    const first = await run(`all ${whole(users)}`, 'first')
    await fetch(`${wire.origin}/changes/${changes}`)
    return [first, await run(`${whole(changes)} changes`, 'next')]
  } finally {
    wire.stop()
    rmSync(folder, { recursive: true })
  }
}

const lines = [
  heading,
  '',
  `\`node bench/delta.ts ${users} ${changes} ${latency}\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} cores (${cpus()[0]!.model.trim()}), ${Math.round(totalmem() / 1e9)} GB, ${platform()} ${release()}, Node ${process.version}; load ${loadavg()[0]!.toFixed(0)} when it began; ${latency} ms a request.`,
  'A tenth of the changed users are deleted, a tenth is created. Of the changed members half are added, and a tenth as many users are restored, whose groups are read.',
  '',
  '| what | seconds | CPU s | requests | peak MB (VmHWM) |',
  '| --- | ---: | ---: | ---: | ---: |',
]
for (const kind of kinds) lines.push(...(await measured(kind)))
const path = fileURLToPath(new URL('results.md', import.meta.url))
const [first, ...rest] = readFileSync(path, 'utf8').split(/^(?=## )/m)
const others = rest.filter(part => !part.startsWith(`${heading}\n`))
const parts = [first!, ...others, lines.join('\n')].map(part => part.trimEnd())
writeFileSync(path, `${parts.join('\n\n')}\n`)
