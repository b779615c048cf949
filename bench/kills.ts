/**
 * Kills an export of users again and again, resumes it, and compares the result with that of an undisturbed one:
 *
 *     node bench/kills.ts [users] [kills] [seed]
 *
 * Once as CSV, once as JSON lines in a compressed file, and once as a folder of Parquet files. Each process is killed with SIGKILL after a
 * random number of its requests, of which the wire server counts all. Ends with 1 if a result differs.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { duck } from '../test/formats/parquet/duck.ts'
import { random } from '../test/formats/random.ts'
import { portalProperties } from './canned-users.ts'
import { serve } from './measure.ts'
import { exportFrom } from './tenant.ts'

const [users = 1_000_000, kills = 20, seed = 1] = process.argv.slice(2).map(Number)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** What is exported, and how its rows are compared in any order. */
interface Kind {
  readonly name: string
  readonly to: string
  readonly args: readonly string[]
  readonly digest: (path: string) => Promise<string>
}

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
    to: 'users.csv',
    args: [],
    digest: async path => shell('sort "$1" | sha256sum; wc -l <"$1"', path),
  },
  {
    name: 'JSON lines, gzip',
    to: 'users.jsonl.gz',
    args: [],
    digest: async path => shell('gzip -dc "$1" | sort | sha256sum', path),
  },
  {
    name: 'Parquet files in a folder',
    to: 'users/',
    args: ['--format', 'parquet', '--part-rows', '100000'],
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
  readonly mostAtOnce: number
}

/** Runs the export, and kills it when the server has seen so many of its requests. */
const attempt = async (
  origin: string,
  folder: string,
  { to, args }: Kind,
  until: number,
): Promise<Stats & { readonly status: number | null; readonly said: string }> => {
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
  let [requests, mostAtOnce] = [0, 0]
  const look = async (): Promise<void> => {
    const now = (await (await fetch(`${origin}/stats`)).json()) as Stats
    requests += now.requests
    mostAtOnce = Math.max(mostAtOnce, now.mostAtOnce)
  }
  let isOver = false
  void ended.then(() => (isOver = true))
  while (!isOver) {
    await look()
    if (requests >= until) child.kill('SIGKILL')
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  const status = await ended
  await look()
  return { status, requests, mostAtOnce, said }
}

let failed = false
const wire = await serve(users, '--latency', '20')
try {
  for (const kind of kinds) {
    const undisturbed = mkdtempSync(join(tmpdir(), 'entrapipe-kills-'))
    const folder = mkdtempSync(join(tmpdir(), 'entrapipe-kills-'))
    try {
      const calm = await attempt(wire.origin, undisturbed, kind, Infinity)
      if (calm.status !== 0) throw new Error(calm.said)
      const draw = random(seed)
      let [total, done, most] = [0, 0, 0]
      for (let left = kills; ; left--) {
        // About one of twenty parts of what is left.
        const until = left > 0 ? 1 + Math.floor((draw() * 2 * calm.requests) / (kills + 1)) : Infinity
        const run = await attempt(wire.origin, folder, kind, until)
        total += run.requests
        most = Math.max(most, run.mostAtOnce)
        if (run.status === null) done++
        else if (run.status === 0) break
        else throw new Error(run.said)
      }
      const same = (await kind.digest(join(undisturbed, kind.to))) === (await kind.digest(join(folder, kind.to)))
      failed ||= !same
      const again = (total - calm.requests) / Math.max(1, done)
      say(
        `${kind.name}: ${same ? 'equal' : 'DIFFERENT'} after ${done} kills; ${calm.requests} requests undisturbed, ${total} in all, ${again.toFixed(1)} more for each kill, at most ${most} at once`,
      )
    } finally {
      for (const each of [undisturbed, folder]) rmSync(each, { recursive: true, force: true })
    }
  }
} finally {
  wire.stop()
}
process.exitCode = failed ? 1 : 0
