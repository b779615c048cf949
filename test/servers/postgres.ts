import { chownSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { Client } from 'pg'
import type { Test } from 'tap'

/** Where Debian has the programs of the server, newest first; they are not in its PATH. */
const debian = '/usr/lib/postgresql'
const folders = [
  ...(existsSync(debian) ? readdirSync(debian) : [])
    .sort((a, b) => Number(b) - Number(a))
    .map(version => join(debian, version, 'bin')),
  ...(process.env['PATH'] ?? '').split(delimiter),
]
const programs = folders.find(folder => ['initdb', 'postgres'].every(name => existsSync(join(folder, name))))

/** Why a test that needs PostgreSQL is skipped; false where it is installed. `.ci/run` looks for this sentence. */
export const withoutPostgres: string | false =
  programs === undefined && 'PostgreSQL is not installed: on Debian, apt-get install postgresql.'

/** A server of a test file. */
interface PostgresServer {
  readonly port: number
  /** Creates an empty database, and returns its address, with the password. It ends with the server. */
  database(): Promise<string>
  /** Runs statements in a database as its administrator. */
  query(url: string, text: string): Promise<readonly Record<string, unknown>[]>
}

/** The server refuses to be started by root: its processes then belong to `nobody`. */
const owner = (): { uid: number; gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const [uid, gid] = ['-u', '-g'].map(flag => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' })))
  return { uid: uid!, gid: gid! }
}

/** Within the folder of the server. */
const data = 'data'

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Words sort as in a dictionary, not by their bytes, as on most servers: statements that rely on an order have to name it. */
const cluster = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US', '--no-sync']

/** Nothing that a test writes has to survive a crash of the machine. */
const fast = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'shared_buffers=32MB',
  'max_connections=60',
]

/**
 * Ends the server, and removes its folder, when its input closes: also when the process of the test is killed. A server that ends by
 * itself ends this, too.
 */
const keeper = `"$@" & pid=$!
(read -r _; kill -INT "$pid") <&3 &
wait "$pid"; kill $! 2>/dev/null; rm -rf "$0"`

const started = async (folder: string, as: ReturnType<typeof owner>, port: number) => {
  const settings = [...fast, `port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories='].flatMap(
    setting => ['-c', setting],
  )
  const server = spawn(
    'sh',
    ['-c', keeper, folder, join(programs!, 'postgres'), '-D', join(folder, data), ...settings],
    {
      ...as,
      cwd: '/',
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    },
  )
  const ended = once(server, 'exit')
  const said: string[] = []
  const ready = new Promise<void>((resolve, reject) => {
    createInterface(server.stderr!).on('line', line => {
      said.push(line)
      if (line.includes('ready to accept connections')) resolve()
    })
    void ended.then(() => reject(new Error(`PostgreSQL ended:\n${said.join('\n')}`)))
  })
  await ready
  return async () => {
    server.stdio[3]!.destroy()
    await ended
  }
}

/** Starts a PostgreSQL server on this machine, with a port and a folder of its own, for all tests of a file. It ends with `t`. */
export const postgres = async (t: Pick<Test, 'teardown'>): Promise<PostgresServer> => {
  const as = owner()
  const folder = mkdtempSync(join(tmpdir(), 'entrapipe-postgres-'))
  const secret = join(folder, 'password')
  const password = 'p%ss/w@rd'
  writeFileSync(secret, password, { mode: 0o600 })
  if (as) [folder, secret].forEach(path => chownSync(path, as.uid, as.gid))
  execFileSync(
    join(programs!, 'initdb'),
    ['-D', join(folder, data), '-U', 'owner', '-A', 'scram-sha-256', `--pwfile=${secret}`, ...cluster],
    { ...as, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const port = await freePort()
  t.teardown(await started(folder, as, port))
  const at = (database: string) => `postgres://owner:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`
  const query: PostgresServer['query'] = async (url, text) => {
    const client = new Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(text)).rows
    } finally {
      await client.end()
    }
  }
  let made = 0
  return {
    port,
    query,
    async database() {
      const name = `test_${++made}`
      await query(at('postgres'), `create database ${name}`)
      return at(name)
    },
  }
}
