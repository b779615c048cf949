/**
 * Serves a large directory of canned objects from its own process, so that only the client is measured:
 *
 *     node bench/wire-server.ts [users] --latency 50 --shape prefix --groups 50000 --edges 1000000
 *
 * `/v1.0/users` with `$filter` by prefix of the name, date of creation and id; `/v1.0/groups`, and their members with the same filters
 * and casts; counts, deltas, `$batch`, and a token for any client. `/stats` says how much was requested since it was last read, `/log` of a
 * server with `--log` each request, and after `/changes/N` so many users, or members of groups, have changed. Prints its origin.
 */
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import { listings } from './wire/listings.ts'
import { shapes, type Shape } from './wire/people.ts'
import { requestLog } from './wire/request-log.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    latency: { type: 'string', default: '0' },
    shape: { type: 'string', default: 'spread' },
    groups: { type: 'string', default: '50000' },
    edges: { type: 'string', default: '1000000' },
    log: { type: 'boolean', default: false },
  },
})
if (!shapes.includes(values.shape as Shape)) throw new Error(`--shape is one of ${shapes.join(', ')}`)
const latencyMs = Number(values.latency)
const host = '127.0.0.1'
const { answer, change } = listings({
  users: Number(positionals[0] ?? 1_000_000),
  shape: values.shape as Shape,
  groups: Number(values.groups),
  edges: Number(values.edges),
})

const token = (): string => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const claims = { tid: tenantId, appid: 'bench', roles: ['User.Read.All'], iat: now, exp: now + 36_000 }
  return `${part({ alg: 'none' })}.${part(claims)}.x`
}
const tenantId = '11111111-2222-4333-8444-555555555555'

interface Reply {
  readonly status: number
  readonly type: string
  readonly body: Buffer
}

const json = (body: Buffer | object, status = 200): Reply => ({
  status,
  type: 'application/json',
  body: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)),
})
const refused = (status: number, code: string, message: string): Reply => json({ error: { code, message } }, status)

const get = (path: string, origin: string): Reply => {
  try {
    const found = answer(path, origin)
    if (found === undefined) return refused(404, 'Request_ResourceNotFound', `Nothing is at ${path}.`)
    return Buffer.isBuffer(found) ? json(found) : { status: 200, type: 'text/plain', body: Buffer.from(`${found}`) }
  } catch (error) {
    return refused(400, 'Request_UnsupportedQuery', (error as Error).message)
  }
}

interface Entry {
  readonly id: string
  readonly url: string
}

const entriesOf = (body: Buffer): readonly Entry[] =>
  (JSON.parse(body.toString()) as { readonly requests: readonly Entry[] }).requests

const batch = (requests: readonly Entry[], origin: string): Reply => {
  const parts: Buffer[] = [Buffer.from('{"responses":[')]
  for (const [at, { id, url }] of requests.entries()) {
    const { status, type, body } = get(url.startsWith('/') ? url : `/${url}`, origin)
    const headers = { 'Content-Type': type, 'x-ms-resource-unit': '1' }
    parts.push(Buffer.from(`${at > 0 ? ',' : ''}{"id":${JSON.stringify(id)},"status":${status},"headers":${JSON.stringify(headers)},"body":`)) // prettier-ignore
    parts.push(body, Buffer.from('}'))
  }
  parts.push(Buffer.from(']}'))
  entries += requests.length
  return json(Buffer.concat(parts))
}

const log = requestLog()
let requests = 0
/** Pages of users that were asked for with a request of their own. */
let pages = 0
let entries = 0
let atOnce = 0
let mostAtOnce = 0

const server = createServer((request, response) => {
  const own = `http://${host}:${(server.address() as { port: number }).port}`
  // Microsoft's client follows only https links.
  const isMicrosoft = /^(?:graph-js|microsoft-graph)/i.test(String(request.headers['sdkversion'] ?? ''))
  const origin = `${isMicrosoft ? 'https://graph.microsoft.com' : own}/v1.0`
  const { url = '/', method } = request
  const send = ({ status, type, body }: Reply): void => {
    atOnce--
    response.writeHead(status, { 'content-type': type, 'content-length': body.length, 'x-ms-resource-unit': '1' })
    response.end(body)
  }
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    mostAtOnce = Math.max(mostAtOnce, ++atOnce)
    if (url === '/stats') {
      send(json({ requests, pages, entries, mostAtOnce, cpuSeconds: process.cpuUsage().user / 1e6 }))
      requests = pages = entries = mostAtOnce = 0
      return
    }
    if (url === '/log') {
      void log.read().then(read => send(json(read)))
      return
    }
    if (url.startsWith('/changes/')) {
      change(Number(url.slice('/changes/'.length)))
      return send(json({}))
    }
    if (!url.startsWith('/v1.0/'))
      return send(json({ token_type: 'Bearer', expires_in: 35_999, access_token: token() }))
    requests++
    const path = url.slice('/v1.0'.length)
    if (path.startsWith('/users?')) pages++
    const asked = method === 'POST' ? entriesOf(Buffer.concat(chunks)) : undefined
    if (values.log) log.note(asked?.map(({ url }) => url) ?? [path], response)
    const reply = (): void => send(asked ? batch(asked, origin) : get(path, origin))
    if (latencyMs > 0) setTimeout(reply, latencyMs)
    else reply()
  })
})
server.listen(0, host, () => process.stdout.write(`http://${host}:${(server.address() as { port: number }).port}\n`))
