/**
 * Serves canned pages from its own process, so that only the client is measured: `/v1.0/users` in pages of 999 users with 25
 * properties, its count, its delta link, and a token for any client. Prints its origin.
 */
import { createServer } from 'node:http'
import { userOf } from './canned-users.ts'

const users = Number(process.argv[2] ?? 1_000_000)
const perPage = 999
const host = '127.0.0.1'

/** Number of prepared page variants. Pages differ only in their ids, which are patched in. */
const variants = 64
const pages: { readonly parts: readonly Buffer[] }[] = []
for (let variant = 0; variant < variants; variant++) {
  const values = Array.from({ length: perPage }, (_, at) =>
    userOf(variant * perPage + at, '@@@@@@@@-@@@@-4@@@-8@@@-@@@@@@@@@@@@'),
  )
  const text = values.map(user => JSON.stringify(user)).join(',')
  pages.push({ parts: text.split('@@@@@@@@-@@@@-4@@@-8@@@-@@@@@@@@@@@@').map(part => Buffer.from(part)) })
}

const idOf = (n: number): string => {
  const hex = n.toString(16).padStart(12, '0')
  return `${hex.slice(4)}-${hex.slice(0, 4)}-4a5b-8c6d-${hex}`
}

const pageOf = (number: number, origin: string): Buffer => {
  const from = number * perPage
  const many = Math.min(perPage, users - from)
  const { parts } = pages[number % variants]!
  const pieces: Buffer[] = []
  const next = from + many < users ? `"@odata.nextLink":"${origin}/v1.0/users?$skiptoken=${number + 1}",` : ''
  pieces.push(Buffer.from(`{"@odata.context":"${origin}/v1.0/$metadata#users",${next}"value":[`))
  for (let at = 0; at < many; at++) pieces.push(parts[at]!, Buffer.from(idOf(from + at)))
  // The last part of a partial page ends inside a string, so its object is closed here.
  pieces.push(many === perPage ? parts[many]! : Buffer.from('"}'))
  pieces.push(Buffer.from(']}'))
  return Buffer.concat(pieces)
}

const token = (): string => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const claims = { tid: tenantId, appid: 'bench', roles: ['User.Read.All'], iat: now, exp: now + 3600 }
  return `${part({ alg: 'none' })}.${part(claims)}.x`
}
const tenantId = '11111111-2222-4333-8444-555555555555'

const server = createServer((request, response) => {
  const own = `http://${host}:${(server.address() as { port: number }).port}`
  // Microsoft's client follows only https links.
  const origin = /^(?:graph-js|microsoft-graph)/i.test(String(request.headers['sdkversion'] ?? ''))
    ? 'https://graph.microsoft.com'
    : own
  const url = new URL(request.url ?? '/', own)
  const json = (body: Buffer | string, type = 'application/json'): void => {
    response.writeHead(200, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'x-ms-resource-unit': '1',
    })
    response.end(body)
  }
  request.resume()
  if (url.pathname.endsWith('/token'))
    return json(JSON.stringify({ token_type: 'Bearer', expires_in: 3599, access_token: token() }))
  if (url.pathname === '/v1.0/users/$count') return json(String(users), 'text/plain')
  if (url.pathname === '/v1.0/users/delta')
    return json(JSON.stringify({ value: [], '@odata.deltaLink': `${origin}/v1.0/users/delta?$deltatoken=1` }))
  if (url.pathname === '/v1.0/users') return json(pageOf(Number(url.searchParams.get('$skiptoken') ?? 0), origin))
  response.writeHead(404).end()
})
server.listen(0, host, () => process.stdout.write(`http://${host}:${(server.address() as { port: number }).port}\n`))
