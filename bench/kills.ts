/**
 * Kills an export of users again and again, resumes it, and compares the result with that of an undisturbed one:
 *
 *     node bench/kills.ts [users] [kills] [seed]
 *
 * Once as CSV, once as JSON lines in a compressed file, and once as a folder of Parquet files. Each process is killed with SIGKILL after a
 * random number of pages. The log of the wire server says which pages are asked for again. Ends with 1 if a result differs, or if a
 * kill costs more than it may: besides the requests in flight, one checkpoint's pages of a shard; with Parquet, one file of rows in all.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { duck } from '../test/formats/parquet/duck.ts'
import { random } from '../test/formats/random.ts'
import { costsOf, type Cost } from './asked-again.ts'
import { portalProperties } from './canned-users.ts'
import { serve } from './measure.ts'
import { exportFrom } from './tenant.ts'
import type { Logged } from './wire/request-log.ts'

const [users = 1_000_000, kills = 20, seed = 1] = process.argv.slice(2).map(Number)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** What is exported, and how its rows are compared in any order. */
interface Kind {
  readonly name: string
  /** Whether a kill costs more than it may. */
  readonly costsTooMuch: (cost: Cost) => boolean
  readonly to: string
  readonly args: readonly string[]
  readonly digest: (path: string) => Promise<string>
}

/** Pages that have so many rows. */
const pagesOf = (rows: number): number => Math.ceil(rows / 999)
const checkpointPages = pagesOf(20_000)
/** So many that a process that is killed ends a file now and then. */
const rowsPerFile = Math.ceil(users / 10)
const sumOf = ({ answered }: Cost): number => [...answered.values()].reduce((sum, pages) => sum + pages, 0)
const mostOf = ({ answered }: Cost): number => Math.max(0, ...answered.values())
const ofOneShard = (cost: Cost): boolean => mostOf(cost) > checkpointPages

const shell = (command: string, path: string): string => {
  const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', command, 'bash', path], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  })
  if (status !== 0) throw new Error(stderr)
  return stdout.trim()
}
const kinds: readonly Kind[] = [
  {
    name: 'CSV',
    costsTooMuch: ofOneShard,
    to: 'users.csv',
    args: [],
    digest: async path => shell('sort "$1" | sha256sum; wc -l <"$1"', path),
  },
  {
    name: 'JSON lines, gzip',
    costsTooMuch: ofOneShard,
    to: 'users.jsonl.gz',
    args: [],
    digest: async path => shell('gzip -dc "$1" | sort | sha256sum', path),
  },
  {
    name: 'Parquet files in a folder',
    // Each shard has a page that was received and not yet taken, since it is read one page ahead.
    costsTooMuch: cost => sumOf(cost) > pagesOf(rowsPerFile) + cost.answered.size,
    to: 'users/',
    args: ['--format', 'parquet', '--part-rows', String(rowsPerFile)],
    async digest(path) {
      const { files } = JSON.parse(readFileSync(join(path, '_manifest.json'), 'utf8')) as {
        readonly files: readonly { readonly name: string }[]
      }
      const list = files.map(({ name }) => `'${join(path, name)}'`).join(', ')
      const left = readdirSync(path).length - files.length
      const [found] = await duck(
        `select count(*) as n, count(distinct id) as ids, bit_xor(hash(u)) as sum from read_parquet([${list}]) as u`,
      )
      return `${JSON.stringify(found)}, ${left} other file`
    },
  },
]

interface Stats {
  readonly requests: number
  readonly pages: number
  readonly mostAtOnce: number
}

/** A connection of its own: comparing results takes longer than the server keeps one open. */
const asked = async (url: string): Promise<unknown> => (await fetch(url, { headers: { connection: 'close' } })).json()

/** Runs the export, and kills it when the server has seen so many requests for pages. */
const attempt = async (
  origin: string,
  folder: string,
  { to, args }: Kind,
  until: number,
): Promise<Stats & { readonly status: number | null; readonly said: string; readonly log: readonly Logged[] }> => {
  const all = ['users', '--select', portalProperties.join(','), '--to', join(folder, to), ...args]
  const command = exportFrom(origin, folder, all)
  let said = ''
  const child = spawn(process.execPath, command.args, {
    cwd: folder,
    env: { ...process.env, ...command.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  child.stderr.on('data', text => (said += text))
  const ended = new Promise<number | null>(resolve => child.on('close', resolve))
  let [requests, pages, mostAtOnce] = [0, 0, 0]
  const look = async (): Promise<void> => {
    const now = (await asked(`${origin}/stats`)) as Stats
    requests += now.requests
    pages += now.pages
    mostAtOnce = Math.max(mostAtOnce, now.mostAtOnce)
  }
  let isOver = false
  void ended.then(() => (isOver = true))
  while (!isOver) {
    await look()
    if (pages >= until) child.kill('SIGKILL')
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  const status = await ended
  await look()
  const log = (await asked(`${origin}/log`)) as readonly Logged[]
  return { status, requests, pages, mostAtOnce, said, log }
}

let failed = false
const wire = await serve(users, '--latency', '20', '--log')
try {
  for (const kind of kinds) {
    const undisturbed = mkdtempSync(join(tmpdir(), 'entrapipe-kills-'))
    const folder = mkdtempSync(join(tmpdir(), 'entrapipe-kills-'))
    try {
      const calm = await attempt(wire.origin, undisturbed, kind, Infinity)
      if (calm.status !== 0) throw new Error(calm.said)
      const draw = random(seed)
      let [total, done, most] = [0, 0, 0]
      const logs: (readonly Logged[])[] = []
      for (let left = kills; ; left--) {
        // As much in the middle as all pages divided by the kills.
        const until = left > 0 ? 1 + Math.floor((draw() * 2 * calm.pages) / (kills + 1)) : Infinity
        const run = await attempt(wire.origin, folder, kind, until)
        total += run.requests
        logs.push(run.log)
        most = Math.max(most, run.mostAtOnce)
        if (run.status === null) done++
        else if (run.status === 0) break
        else throw new Error(run.said)
      }
      const same = (await kind.digest(join(undisturbed, kind.to))) === (await kind.digest(join(folder, kind.to)))
      const costs = costsOf(logs)
      failed ||= !same || costs.some(kind.costsTooMuch)
      const again = (total - calm.requests) / Math.max(1, done)
      say(
        `${kind.name}: ${same ? 'equal' : 'DIFFERENT'} after ${done} kills; ${calm.requests} requests undisturbed, ${total} in all, ${again.toFixed(1)} more for each kill, at most ${most} at once`,
      )
      const worst = (count: (cost: Cost) => number): number => Math.max(0, ...costs.map(count))
      say(
        `  worst kill: ${worst(mostOf)} answered pages of one shard again, ${worst(sumOf)} of all; ${worst(({ others }) => others)} counts and the like`,
      )
      for (const [kill, cost] of costs.entries())
        say(
          `  kill ${kill + 1}: ${cost.inFlight} in flight; again: ${cost.unanswered} pages of these, ${sumOf(cost)} others of ${cost.answered.size} shards, at most ${mostOf(cost)} of one; ${cost.others} other requests${kind.costsTooMuch(cost) ? ': TOO MUCH' : ''}`,
        )
    } finally {
      for (const each of [undisturbed, folder]) rmSync(each, { recursive: true, force: true })
    }
  }
} finally {
  wire.stop()
}
process.exitCode = failed ? 1 : 0
