/**
 * Measures the sandbox in its own process, over http without gzip, with one client that follows links and parses nothing:
 * `node bench/sandbox.ts [users …]`, by default 1,000,000 and 5,000,000. Linux only.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { portalProperties } from './canned-users.ts'
import { median } from './measure.ts'

/** Measurements of a sandbox with this many users. */
export interface SandboxFigures {
  readonly users: number
  /** From spawn to the first page of users, including the sign-in. */
  readonly firstReplySeconds: number
  /** VmHWM at the end, in MB of 1,000,000 bytes. */
  readonly peakMb: number
  readonly rates: Readonly<Record<ListingName, Rate>>
  /** Median time of `$count` with prefixes of the UPN. */
  readonly countMs: number
}

/** Users per second of one core's time, which a busy machine hardly changes, and per second of wall time. */
interface Rate {
  readonly ofCore: number
  readonly byClock: number
}

/** Targets: at most these seconds and MB, at least these users per second of one core. */
export const targets = { firstReplySeconds: 2, peakMb: 250, portal: 50_000, names: 150_000 } as const

const columns = { portal: portalProperties.join(','), names: 'id,userPrincipalName' } as const
type ListingName = 'portal' | 'names' | 'portalByPrefix' | 'namesByPrefix'
const prefixes = ['a', 'd', 'j', 'ma', 'mi', 's'] as const
const warmUpMs = 2_000
const eachMs = 6_000

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

interface Got {
  /** Read from the beginning of the page, since the link comes before the rows. */
  readonly link: string | undefined
  readonly rows: number
  readonly text: string
}

const mark = Buffer.from('"id":"')

const get = (url: string, token: string): Promise<Got> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, consistencylevel: 'eventual' }
    request(url, { agent, headers }, reply => {
      const chunks: Buffer[] = []
      reply.on('data', (chunk: Buffer) => chunks.push(chunk))
      reply.on('error', reject)
      reply.on('end', () => {
        const body = Buffer.concat(chunks)
        const text = body.subarray(0, 8_000).toString('latin1')
        if (reply.statusCode !== 200) return reject(new Error(`${reply.statusCode} ${url}: ${text}`))
        const [, link] = /"@odata\.nextLink":("(?:[^"\\]|\\.)*")/.exec(text) ?? []
        let rows = 0
        for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + 40)) rows++
        resolve({ link: link === undefined ? undefined : (JSON.parse(link) as string), rows, text })
      })
    })
      .on('error', reject)
      .end()
  })

interface Running {
  readonly child: ChildProcess
  readonly baseUrl: string
  readonly token: string
  readonly firstReplySeconds: number
  readonly folder: string
}

const start = async (users: number): Promise<Running> => {
  const folder = mkdtempSync(join(tmpdir(), 'entrapipe-bench-sandbox-'))
  const began = performance.now()
  const program = fileURLToPath(new URL('../bin/entrapipe.js', import.meta.url))
  const child = spawn(
    process.execPath,
    [program, 'sandbox', '--users', `${users}`, '--port', '0', '--http', '--json'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ENTRAPIPE_STORE: folder },
    },
  )
  const line = await new Promise<string>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', code => reject(new Error(`The sandbox ended with ${code ?? 'a signal'}`)))
    child.stdout.once('data', chunk => resolve(String(chunk)))
  })
  const { baseUrl, authorityUrl, tenantId, clientId, secretFile } = JSON.parse(line) as Record<string, string>
  const signIn = await fetch(`${authorityUrl}/${tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId!,
      client_secret: readFileSync(secretFile!, 'utf8'),
      scope: 'https://graph.microsoft.com/.default',
    }),
  })
  const { access_token: token } = (await signIn.json()) as { access_token: string }
  await get(`${baseUrl}/users?$select=id&$top=1`, token)
  return { child, baseUrl: baseUrl!, token, firstReplySeconds: (performance.now() - began) / 1000, folder }
}

/** Users per second over listings that are read one after the other, and repeated from the start. */
const rate = async ({ token, child }: Running, urls: readonly string[], forMs: number): Promise<Rate> => {
  const began = performance.now()
  const core = coreSecondsOf(child.pid!)
  let users = 0
  for (let round = 0; performance.now() - began < forMs; round++)
    for (let url: string | undefined = urls[round % urls.length]; url && performance.now() - began < forMs;) {
      const { link, rows }: Got = await get(url, token)
      users += rows
      url = link
    }
  return {
    ofCore: users / (coreSecondsOf(child.pid!) - core),
    byClock: (users / (performance.now() - began)) * 1000,
  }
}

/** Linux reports the CPU time of a process in hundredths of a second, independent of the kernel's configuration. */
const coreSecondsOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

const peakMbOf = (pid: number): number =>
  (Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024) / 1e6

/** Starts a sandbox, measures it, and stops it. Takes about half a minute. */
export const measureSandbox = async (users: number): Promise<SandboxFigures> => {
  const running = await start(users)
  try {
    const plain = (select: string): string => `${running.baseUrl}/users?$select=${select}&$top=999`
    const prefixed = (select: string): readonly string[] =>
      prefixes.map(prefix => `${plain(select)}&$count=true&$filter=startsWith(userPrincipalName,'${prefix}')`)
    const listings: Readonly<Record<ListingName, readonly string[]>> = {
      portal: [plain(columns.portal)],
      names: [plain(columns.names)],
      portalByPrefix: prefixed(columns.portal),
      namesByPrefix: prefixed(columns.names),
    }
    const nothing: Rate = { ofCore: 0, byClock: 0 }
    const rates = { portal: nothing, names: nothing, portalByPrefix: nothing, namesByPrefix: nothing }
    await rate(running, listings.portal, warmUpMs)
    for (const name of Object.keys(rates) as ListingName[]) rates[name] = await rate(running, listings[name], eachMs)
    const counts: number[] = []
    for (const prefix of prefixes) {
      const began = performance.now()
      await get(`${running.baseUrl}/users/$count?$filter=startsWith(userPrincipalName,'${prefix}')`, running.token)
      counts.push(performance.now() - began)
    }
    const peakMb = peakMbOf(running.child.pid!)
    return { users, firstReplySeconds: running.firstReplySeconds, peakMb, rates, countMs: median(counts) }
  } finally {
    const ended = new Promise(resolve => running.child.once('close', resolve))
    running.child.kill()
    await ended
    rmSync(running.folder, { recursive: true, force: true })
  }
}

/** Lines of a Markdown table. Rates are per second of one core; those of wall time are in brackets. */
export const sandboxTable = (all: readonly SandboxFigures[]): readonly string[] => [
  '| sandbox of | first reply s | peak MB (VmHWM) | 25 columns, users/s | by prefix | id and UPN, users/s | by prefix | $count of a prefix, ms |',
  '| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
  ...all.map(({ users, firstReplySeconds, peakMb, rates, countMs }) => {
    const whole = (value: number): string => Math.round(value).toLocaleString('en-US')
    const { portal, portalByPrefix, names, namesByPrefix } = rates
    const cells = [
      whole(users),
      firstReplySeconds.toFixed(2),
      peakMb.toFixed(0),
      ...[portal, portalByPrefix, names, namesByPrefix].map(
        ({ ofCore, byClock }) => `${whole(ofCore)} (${whole(byClock)})`,
      ),
      countMs.toFixed(1),
    ]
    return `| ${cells.join(' | ')} |`
  }),
  `| target | ${targets.firstReplySeconds} | ${targets.peakMb} | ${targets.portal} | ${targets.portal} | ${targets.names} | ${targets.names} | |`,
]

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const sizes = process.argv.slice(2).map(Number)
  const all: SandboxFigures[] = []
  for (const users of sizes.length > 0 ? sizes : [1_000_000, 5_000_000]) all.push(await measureSandbox(users))
  process.stdout.write(`${sandboxTable(all).join('\n')}\n`)
}
