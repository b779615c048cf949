/**
 * Compares exports with their peers, side by side, and writes the sections "Speed without latency" and "Speed with latency" of
 * bench/results.md: `node bench/speed.ts [users] [rounds] [without|with]`, both if none is named. All figures are measured when it runs. Linux only.
 *
 * Without latency, programs run in turn, in rounds. With latency, sequential programs read a tenth once, and their time is scaled.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, loadavg, platform, release, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { portalProperties } from './canned-users.ts'
import { measure, median, serve, type Measured } from './measure.ts'
import { exportFrom } from './tenant.ts'
import { shapes } from './wire/people.ts'

const headings = { without: '## Speed without latency', with: '## Speed with latency' } as const
type Part = keyof typeof headings
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const whole = (value: number): string => Math.round(value).toLocaleString('en-US')

/** A program that is measured. */
interface Contender {
  readonly name: string
  readonly run: (origin: string, folder: string) => Promise<Measured>
  /** Reads page after page, so that it is measured with a tenth of the rows. */
  readonly isSequential?: true
}

/** What a program took, and what it asked for. */
interface Taken extends Measured {
  readonly requests: number
}

const entrapipe =
  (to: string, ...args: readonly string[]): Contender['run'] =>
  (origin, folder) => {
    const command = exportFrom(origin, folder, [...args, '--to', join(folder, to), '--fresh'])
    // A certificate may say that what the wire server has is not quite complete.
    return measure(command.args, command.env, folder, [0, 4])
  }
const peer =
  (name: string, ...args: readonly string[]): Contender['run'] =>
  (origin, folder) =>
    measure([here(`peers/${name}.ts`), origin, ...(args.length > 0 ? args : [join(folder, 'theirs.csv')])])

const select = ['--select', portalProperties.join(',')]
const contenders: readonly Contender[] = [
  { name: 'fetch + JSON.parse, nothing written', run: peer('fetch-parse'), isSequential: true },
  { name: 'PageIterator + csv-stringify', run: peer('page-iterator'), isSequential: true },
  {
    name: 'export users --preset portal-users, CSV',
    run: entrapipe('portal.csv', 'users', '--preset', 'portal-users'),
  },
  { name: 'export users --select (25), CSV', run: entrapipe('users.csv', 'users', ...select) },
  { name: 'export users --select (25), JSON lines', run: entrapipe('users.jsonl', 'users', ...select) },
  { name: 'export users --select (25), Parquet', run: entrapipe('users.parquet', 'users', ...select) },
]

const stats = async (origin: string): Promise<{ readonly requests: number; readonly mostAtOnce: number }> =>
  (await (await fetch(`${origin}/stats`)).json()) as { requests: number; mostAtOnce: number }

const once = async ({ name, run }: Contender, origin: string, rows: number, folder: string): Promise<Taken> => {
  await stats(origin)
  const measured = await run(origin, folder)
  const { requests } = await stats(origin)
  say(
    `${name}: ${whole(rows / measured.seconds)} rows/s, ${measured.cpuSeconds.toFixed(1)} s CPU, ${measured.peakMb.toFixed(0)} MB`,
  )
  return { ...measured, requests }
}

const header = [
  '| what | rows/s | of the ceiling | seconds | CPU s per million | threads | requests | peak MB (VmHWM) |',
  '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
]

const line = (name: string, runs: readonly Taken[], rows: number, scale: number, ceiling: number): string => {
  const of = (value: (run: Taken) => number): number => median(runs.map(value))
  const seconds = of(run => run.seconds) * scale
  const cells = [
    `${name}${scale > 1 ? ` (a tenth, scaled)` : ''}`,
    whole(rows / seconds),
    (ceiling / seconds).toFixed(2),
    seconds.toFixed(1),
    ((of(run => run.cpuSeconds) * scale * 1e6) / rows).toFixed(1),
    of(run => run.threads),
    whole(of(run => run.requests) * scale),
    Math.max(...runs.map(run => run.peakMb)).toFixed(0),
  ]
  return `| ${cells.join(' | ')} |`
}

/** Programs in turn, in rounds, without latency. */
const atOnce = async (users: number, rounds: number, folder: string): Promise<readonly string[]> => {
  const wire = await serve(users)
  const all = new Map<string, Taken[]>()
  try {
    for (let round = 0; round < rounds; round++)
      for (const contender of contenders)
        all.set(contender.name, [...(all.get(contender.name) ?? []), await once(contender, wire.origin, users, folder)])
  } finally {
    wire.stop()
  }
  const secondsOf = (name: string): number => median(all.get(name)!.map(run => run.seconds))
  const [ceiling, iterator, , csv] = contenders.map(({ name }) => secondsOf(name))
  return [
    `### ${whole(users)} users, 25 columns, no latency`,
    '',
    ...header,
    ...contenders.map(({ name }) => line(name, all.get(name)!, users, 1, ceiling!)),
    '',
    `CSV takes ${(ceiling! / csv!).toFixed(2)} of the ceiling, and is ${(iterator! / csv!).toFixed(2)} times as fast as PageIterator + csv-stringify in these runs.`,
  ]
}

/** Each program once. What reads page after page gets a tenth of the users. */
const delayed = async (users: number, latency: number, folder: string): Promise<readonly string[]> => {
  const lines: string[] = []
  let ceiling = 0
  for (const contender of contenders) {
    const scale = contender.isSequential ? 10 : 1
    const rows = Math.round(users / scale)
    const wire = await serve(rows, '--latency', String(latency))
    try {
      const run = await once(contender, wire.origin, rows, folder)
      ceiling ||= run.seconds * scale
      lines.push(line(contender.name, [run], users, scale, ceiling))
    } finally {
      wire.stop()
    }
  }
  return ['', `### ${whole(users)} users, 25 columns, ${latency} ms a page`, '', ...header, ...lines]
}

/** Tenants that are hard to divide: each is exported once, and read page after page for a tenth. */
const skewed = async (users: number, latency: number, folder: string): Promise<readonly string[]> => {
  const lines: string[] = []
  for (const shape of shapes) {
    const options = ['--latency', String(latency), '--shape', shape]
    const [slow, fast] = [contenders[0]!, contenders[3]!]
    const runs: Taken[] = []
    for (const [contender, rows] of [
      [slow, users / 10],
      [fast, users],
    ] as const) {
      // prettier-ignore
      const wire = await serve(Math.round(rows), ...options)
      try {
        runs.push(await once(contender, wire.origin, rows, folder))
      } finally {
        wire.stop()
      }
    }
    const [reader, ours] = runs as [Taken, Taken]
    const seconds = reader.seconds * 10
    const cells = [shape, seconds.toFixed(0), ours.seconds.toFixed(1), (seconds / ours.seconds).toFixed(1)]
    lines.push(`| ${[...cells, whole(ours.requests), ours.peakMb.toFixed(0)].join(' | ')} |`)
  }
  return [
    '',
    `### Tenants that are hard to divide: ${whole(users)} users, CSV of 25 columns, ${latency} ms a page`,
    '',
    'Names that begin alike, half of the users created in one minute, no dates; see `bench/wire/people.ts`. The reader takes page after page (a tenth, scaled).',
    '',
    '| users | reader s | export s | times as fast | requests | peak MB (VmHWM) |',
    '| --- | ---: | ---: | ---: | ---: | ---: |',
    ...lines,
  ]
}

/** Members of 50,000 groups, against a reader that takes one group after the other. */
const memberships = async (edges: number, folder: string): Promise<readonly string[]> => {
  const groups = Math.max(10, Math.round(edges / 20))
  const wire = await serve(edges, '--latency', '50', '--groups', String(groups), '--edges', String(edges))
  try {
    const some = Math.round(groups / 100)
    const slow = await once(
      { name: 'one group after the other', run: peer('members-sequential', String(some)) },
      wire.origin,
      edges / 100,
      folder,
    )
    const { rows } = JSON.parse(slow.stdout) as { readonly rows: number }
    const ours = { name: 'export memberships, JSON lines', run: entrapipe('members.jsonl', 'memberships') }
    const fast = await once(ours, wire.origin, edges, folder)
    const seconds = (slow.seconds * groups) / some
    return [
      '',
      `### The members of ${whole(groups)} groups, ${whole(edges)} of them, 50 ms a request`,
      '',
      ...header,
      line('one group after the other (a hundredth, scaled)', [slow], rows, 1, slow.seconds),
      line(ours.name, [fast], edges, 1, seconds),
    ]
  } finally {
    wire.stop()
  }
}

/** The members of one group, against a reader of one page after the other, and an export that is not divided since it is in order. */
export const hugeGroup = async (members: number, folder: string): Promise<readonly string[]> => {
  const wire = await serve(members, '--latency', '50', '--groups', '1', '--edges', String(members))
  try {
    const of = ['members', '--group', '60000000-0000-4000-8000-000000000000', '--select', 'id,userPrincipalName']
    const contenders: readonly Contender[] = [
      { name: 'one page after the other', run: peer('members-sequential', '1') },
      { name: 'export members --orderby, JSON lines', run: entrapipe('o.jsonl', ...of, '--orderby', 'displayName') },
      { name: 'export members, JSON lines', run: entrapipe('all.jsonl', ...of) },
    ]
    const lines: string[] = []
    let ceiling = 0
    for (const contender of contenders) {
      const run = await once(contender, wire.origin, members, folder)
      ceiling ||= run.seconds
      lines.push(line(contender.name, [run], members, 1, ceiling))
    }
    return ['', `### The members of one group, ${whole(members)} of them, 50 ms a request`, '', ...header, ...lines]
  } finally {
    wire.stop()
  }
}

/** Another command line for Microsoft 365, if somebody has installed it. */
const others = (): string => {
  try {
    createRequire(import.meta.url).resolve('@pnp/cli-microsoft365/package.json')
    return 'is installed, but reads only from graph.microsoft.com, so it cannot be measured against this server'
  } catch {
    return 'is not installed, so it was not measured'
  }
}

const tables = async (part: Part, users: number, rounds: number, folder: string): Promise<readonly string[]> => {
  if (part === 'without') return atOnce(users, rounds, folder)
  const lines: string[] = []
  for (const latency of [50, 200]) lines.push(...(await delayed(users, latency, folder)))
  lines.push(...(await skewed(users, 200, folder)))
  lines.push(...(await memberships(users, folder)))
  lines.push(...(await hugeGroup(Math.round(users / 5), folder)))
  return lines.slice(1)
}

const section = async (part: Part, users: number, rounds: number): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'entrapipe-bench-'))
  const load = loadavg()[0]!.toFixed(0)
  const how = part === 'without' ? `Medians of ${rounds} rounds in turn` : 'Each program once'
  try {
    return [
      headings[part],
      '',
      `\`node bench/speed.ts ${users} ${rounds} ${part}\` on ${new Date().toISOString().slice(0, 10)}: ${cpus().length} cores (${cpus()[0]!.model.trim()}), ${Math.round(totalmem() / 1e9)} GB, ${platform()} ${release()}, Node ${process.version}; load ${load} when it began.`,
      `Whole processes including their start; the server is a process of its own, \`bench/wire-server.ts\`. ${how}. Compare figures of one table only. Each program is one process. @pnp/cli-microsoft365 ${others()}.`,
      '',
      ...(await tables(part, users, rounds, folder)),
      '',
    ].join('\n')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Measures, and puts the section into bench/results.md, in place of the earlier one. */
export const measureSpeed = async (users: number, rounds: number, parts = Object.keys(headings)): Promise<void> => {
  for (const part of parts as Part[]) {
    const made = await section(part, users, rounds)
    const path = here('results.md')
    const sections = readFileSync(path, 'utf8').split(/^(?=## )/m)
    const at = sections.findIndex(one => one.startsWith(`${headings[part]}\n`))
    if (at < 0) sections.splice(1, 0, made)
    else sections[at] = made
    writeFileSync(path, `${sections.map(one => one.trimEnd()).join('\n\n')}\n`)
    say(`\n${made}`)
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [users = '1000000', rounds = '5', ...parts] = process.argv.slice(2)
  const unknown = parts.find(part => !(part in headings))
  if (unknown !== undefined) throw new Error(`Expected without or with, got ${unknown}`)
  await measureSpeed(Number(users), Number(rounds), parts.length > 0 ? parts : undefined)
}
