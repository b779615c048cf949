import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { Client } from '@microsoft/microsoft-graph-client'
import t from 'tap'
import { createSandbox } from '../../src/sandbox/create-sandbox.ts'

interface Item {
  readonly id: string
  readonly [name: string]: unknown
}
interface Entry {
  readonly id: string
  readonly status: number
  readonly body?: Item & { readonly error?: { readonly code: string; readonly message: string } }
}

// One sandbox for the whole file, over https, because the client sends tokens to https hosts only.
const stateDir = t.testdir()
const sandbox = await createSandbox({ users: 700, tls: true, stateDir })
t.teardown(() => sandbox.close())
setDefaultCACertificates([...getCACertificates('default'), readFileSync(sandbox.caFile!, 'utf8')])
const form = new URLSearchParams({
  grant_type: 'client_credentials',
  client_id: sandbox.clientId,
  client_secret: readFileSync(sandbox.secretFile, 'utf8'),
  scope: 'https://graph.microsoft.com/.default',
})
const signedIn = await fetch(`${sandbox.authorityUrl}/${sandbox.tenantId}/oauth2/v2.0/token`, {
  method: 'POST',
  body: form,
})
const { access_token: token } = (await signedIn.json()) as { access_token: string }
const { origin, hostname } = new URL(sandbox.baseUrl)
const client = Client.init({
  baseUrl: `${origin}/`,
  customHosts: new Set([hostname]),
  authProvider: done => done(null, token),
})
const password = 'xWwvJ]6NMw+bWH-d'
const user = (name: string, more: object = {}) => ({
  accountEnabled: true,
  displayName: 'Adele Vance',
  mailNickname: name,
  userPrincipalName: `${name}@${sandbox.domain}`,
  passwordProfile: { forceChangePasswordNextSignIn: true, password },
  ...more,
})

t.test("Microsoft's client creates, updates, deletes, restores and purges a user", async t => {
  const created = (await client.api('/users').post(user('adele'))) as Item
  t.match(created, { displayName: 'Adele Vance', userPrincipalName: `adele@${sandbox.domain}` })
  const path = `/users/${created.id}`
  await t.rejects(client.api('/users').post(user('ADELE')), {
    statusCode: 400,
    code: 'Request_BadRequest',
    message: 'Another object with the same value for property userPrincipalName already exists.',
  })
  await client.api(path).update({ jobTitle: 'Clerk', usageLocation: 'DE' })
  t.match(await client.api(path).select('jobTitle,usageLocation').get(), { jobTitle: 'Clerk', usageLocation: 'DE' })
  await client.api(path).delete()
  await t.rejects(client.api(path).get(), { statusCode: 404, code: 'Request_ResourceNotFound' })
  const bin = `/directory/deletedItems/${created.id}`
  t.match(await client.api(`${bin}/restore`).post({}), { '@odata.type': '#microsoft.graph.user', id: created.id })
  t.match(await client.api(path).get(), { jobTitle: 'Clerk' })
  await client.api(path).delete()
  await client.api(bin).delete()
  await t.rejects(client.api(`${bin}/restore`).post({}), { code: 'Request_ResourceNotFound' })
})

t.test('entries of a batch are performed each on its own', async t => {
  const headers = { 'Content-Type': 'application/json' }
  const requests = ['one', 'two', 'two', 'three'].map((name, at) => ({
    id: String(at),
    method: 'POST',
    url: '/users',
    headers,
    body: user(name),
  }))
  const weak = { ...requests[0]!, id: '4', body: user('four', { passwordProfile: { password: 'weak' } }) }
  const { responses } = (await client.api('/$batch').post({ requests: [...requests, weak] })) as {
    responses: readonly Entry[]
  }
  const by = new Map(responses.map(entry => [entry.id, entry]))
  t.strictSame(
    ['0', '3', '4'].map(id => by.get(id)!.status),
    [201, 201, 400],
  )
  t.strictSame([by.get('1')!.status, by.get('2')!.status].sort(), [201, 400])
  t.equal(by.get('0')!.body!['userPrincipalName'], `one@${sandbox.domain}`)
})

t.test('the truth has the hash of a password, and no file of the sandbox the password', async t => {
  const { id } = (await client.api('/users').post(user('secret'))) as Item
  const reply = await fetch(`${sandbox.controlUrl}/truth/${id}`, { headers: { 'x-sandbox-key': sandbox.controlKey } })
  t.match(await reply.json(), { state: 'live' })
  const files = readdirSync(stateDir, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')
  t.notMatch(files, password)
  t.match(files, createHash('sha256').update(password).digest('hex'))
})

/** A request as the CLI for Microsoft 365 sends it. */
const m365 = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const reply = await fetch(`${sandbox.baseUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json;odata.metadata=none',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await reply.text()
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  return { status: reply.status, body: (text === '' ? undefined : JSON.parse(text)) as any }
}

t.test('the CLI for Microsoft 365 adds a user, sets it, removes, restores and purges it', async t => {
  const boss = (await client.api('/users').post(user('boss'))) as Item
  const added = await m365('POST', '/users', {
    accountEnabled: true,
    displayName: 'John Doe',
    userPrincipalName: `john.doe@${sandbox.domain}`,
    mailNickName: 'john.doe',
    passwordProfile: {
      forceChangePasswordNextSignIn: false,
      forceChangePasswordNextSignInWithMfa: false,
      password: '1aB-xyzxyzxyzxy',
    },
    givenName: 'John',
    surName: 'Doe',
    usageLocation: 'NL',
    preferredLanguage: 'nl-NL',
  })
  t.match(added, { status: 201, body: { displayName: 'John Doe', givenName: 'John', surname: 'Doe' } })
  t.equal(added.body['@odata.context'], undefined)
  const { id } = added.body
  const manager = { '@odata.id': `${sandbox.baseUrl}/users/${boss.id}` }
  t.equal((await m365('PUT', `/users/${id}/manager/$ref`, manager)).status, 204)
  t.equal((await m365('GET', `/users/${id}/manager?$select=id`)).body.id, boss.id)

  const name = encodeURIComponent(`john.doe@${sandbox.domain}`)
  const set = { displayName: 'John B. Doe', jobTitle: null, accountEnabled: false }
  t.equal((await m365('PATCH', `/users/${name}`, set, { accept: 'application/json' })).status, 204)
  t.match((await m365('GET', `/users/${id}?$select=displayName,accountEnabled`)).body, {
    displayName: 'John B. Doe',
    accountEnabled: false,
  })
  t.equal((await m365('DELETE', `/users/${id}/manager/$ref`)).status, 204)

  t.equal((await m365('DELETE', `/users/john.doe@${sandbox.domain}`)).status, 204)
  const restored = await m365('POST', `/directory/deletedItems/${id}/restore`, undefined, {
    'content-type': 'application/json;odata.metadata=none',
  })
  t.match(restored, { status: 200, body: { id } })
  t.equal((await m365('DELETE', `/users/${id}`)).status, 204)
  t.equal((await m365('DELETE', `/directory/deletedItems/${id}`)).status, 204)
  t.equal((await m365('GET', `/directory/deletedItems/${id}`)).status, 404)
})
