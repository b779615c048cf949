import { readFileSync } from 'node:fs'
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
  readonly body?: { readonly error: { readonly code: string; readonly message: string } }
}

// One sandbox for the whole file, over https, because the client sends tokens to https hosts only.
const sandbox = await createSandbox({ users: 700, tls: true, stateDir: t.testdir() })
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
const users = ((await client.api('/users?$select=id&$top=300').get()) as { value: Item[] }).value.map(({ id }) => id)
const idsOf = async (path: string): Promise<readonly string[]> =>
  ((await client.api(`${path}?$select=id&$top=999`).get()) as { value: Item[] }).value.map(({ id }) => id)
const address = (id: string) => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`
const security = (mailNickname: string) => ({
  displayName: 'Team',
  mailEnabled: false,
  mailNickname,
  securityEnabled: true,
})

t.test("Microsoft's client creates, fills, updates, deletes and restores a group", async t => {
  const [owner, one, other] = users as [string, string, string]
  const group = (await client
    .api('/groups')
    .post({ ...security('team'), 'owners@odata.bind': [address(owner)] })) as Item
  const path = `/groups/${group.id}`
  await client.api(`${path}/members/$ref`).post({ '@odata.id': address(one) })
  await client.api(path).patch({ 'members@odata.bind': [address(other)] })
  t.strictSame(await idsOf(`${path}/members`), [one, other])
  t.strictSame(await idsOf(`${path}/owners`), [owner])
  await t.rejects(client.api(`${path}/members/$ref`).post({ '@odata.id': address(one) }), {
    statusCode: 400,
    code: 'Request_BadRequest',
    message: `One or more added object references already exist for the following modified properties: 'members'.`,
  })
  await client.api(`${path}/members/${one}/$ref`).delete()
  await client.api(path).update({ displayName: 'Renamed' })
  await client.api(path).delete()
  await t.rejects(client.api(path).get(), { code: 'Request_ResourceNotFound' })
  const restored = (await client.api(`/directory/deletedItems/${group.id}/restore`).post({})) as Item
  t.match(restored, { '@odata.type': '#microsoft.graph.group', id: group.id, displayName: 'Renamed' })
  t.strictSame(await idsOf(`${path}/members`), [other])
  const checked = (await client.api(`/users/${other}/checkMemberGroups`).post({ groupIds: [group.id] })) as {
    value: string[]
  }
  t.strictSame(checked.value, [group.id])
})

const batch = async (requests: readonly object[]): Promise<ReadonlyMap<string, Entry>> => {
  const { responses } = (await client.api('/$batch').post({ requests })) as { responses: readonly Entry[] }
  return new Map(responses.map(entry => [entry.id, entry]))
}
const json = { 'Content-Type': 'application/json' }

t.test('a chain of PATCHes adds twenty members each in one batch', async t => {
  const { id } = (await client.api('/groups').post(security('chain'))) as Item
  const all = users.slice(0, 300)
  const chain = Array.from({ length: 15 }, (_, at) => ({
    id: String(at),
    method: 'PATCH',
    url: `/groups/${id}`,
    headers: json,
    body: { 'members@odata.bind': all.slice(at * 20, at * 20 + 20).map(address) },
    ...(at > 0 ? { dependsOn: [String(at - 1)] } : {}),
  }))
  const replies = await batch(chain)
  t.ok([...replies.values()].every(({ status }) => status === 204))
  t.strictSame(await idsOf(`/groups/${id}/members`), all)
})

t.test('a chain stops at the first refusal: what was before it stays, what is behind it is 424', async t => {
  const { id } = (await client.api('/groups').post(security('broken'))) as Item
  const ids = users.slice(0, 60)
  const bodies = [ids.slice(0, 20), [...ids.slice(20, 39), ids[0]!], ids.slice(40, 60)]
  const replies = await batch(
    bodies.map((members, at) => ({
      id: String(at),
      method: 'PATCH',
      url: `/groups/${id}`,
      headers: json,
      body: { 'members@odata.bind': members.map(address) },
      ...(at > 0 ? { dependsOn: [String(at - 1)] } : {}),
    })),
  )
  t.strictSame([...replies].map(([key, { status }]) => [key, status]).sort(), [
    ['0', 204],
    ['1', 400],
    ['2', 424],
  ])
  t.match(replies.get('1')?.body?.error.message, /already exist/)
  t.strictSame(await idsOf(`/groups/${id}/members`), ids.slice(0, 20))
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
const none = { 'content-type': 'application/json;odata.metadata=none' }
const binding = (groupId: string, role: string, ids: readonly string[]) => ({
  requests: [
    {
      id: 1,
      method: 'PATCH',
      url: `/groups/${groupId}`,
      headers: none,
      body: { [`${role}@odata.bind`]: ids.map(address) },
    },
  ],
})
const statuses = (reply: { readonly body: { readonly responses: readonly Entry[] } }) =>
  reply.body.responses.map(({ status }) => status)

t.test('the CLI for Microsoft 365 adds a group, sets it, adds and removes members, and removes it', async t => {
  for (const [groupTypes, mailEnabled] of [
    [['Unified'], true],
    [[], false],
  ] as const) {
    const created = await m365('POST', '/groups', {
      displayName: 'Developers',
      mailNickName: `Group${groupTypes.length}`,
      visibility: 'Public',
      groupTypes,
      mailEnabled,
      securityEnabled: true,
    })
    t.match(created, { status: 201, body: { displayName: 'Developers', mailEnabled, visibility: 'Public' } })
    t.equal(created.body['@odata.context'], undefined)
    const { id } = created.body
    t.strictSame(statuses(await m365('POST', '/$batch', binding(id, 'owners', users.slice(0, 2)), none)), [204])
    t.strictSame(statuses(await m365('POST', '/$batch', binding(id, 'members', users.slice(0, 20)), none)), [204])

    const set = { displayName: 'Engineers', description: null, visibility: 'Private' }
    t.equal((await m365('PATCH', `/groups/${id}`, set)).status, 204)
    const listed = await m365('GET', `/groups/${id}/members/microsoft.graph.user?$select=id`)
    t.strictSame(
      listed.body.value.map((user: Item) => user.id),
      users.slice(0, 20),
    )
    const remove = (path: string) => ({
      requests: [{ id: 1, method: 'DELETE', url: `/groups/${id}/${path}/$ref`, headers: none }],
    })
    t.strictSame(statuses(await m365('POST', '/$batch', remove(`members/${users[19]!}`), none)), [204])
    t.strictSame(statuses(await m365('POST', '/$batch', remove(`members/${users[19]!}`), none)), [404])
    t.strictSame(statuses(await m365('POST', '/$batch', remove(`owners/${users[1]!}`), none)), [204])
    t.strictSame(statuses(await m365('POST', '/$batch', remove(`owners/${users[1]!}`), none)), [404])
    t.strictSame(await idsOf(`/groups/${id}/members`), users.slice(0, 19))
    t.equal((await m365('DELETE', `/groups/${id}`)).status, 204)
    t.equal((await m365('GET', `/groups/${id}`)).status, 404)
  }
})

t.test('the CLI for Microsoft 365 changes many members of a group in one batch, if writes are queued', async t => {
  const members = users.slice(0, 45)
  const adding = (id: string) => ({
    requests: [0, 20, 40].map(at => ({
      id: at + 1,
      method: 'PATCH',
      url: `/groups/${id}`,
      headers: none,
      body: { 'members@odata.bind': members.slice(at, at + 20).map(address) },
    })),
  })
  const some = members.slice(0, 20)
  const removing = (id: string) => ({
    requests: some.map(member => ({ id: member, method: 'DELETE', url: `/groups/${id}/members/${member}/$ref` })),
  })
  const counting = (id: string) => ({
    requests: some.map(member => ({
      id: member,
      method: 'GET',
      url: `/groups/${id}/members/$count?$filter=id eq '${member}'`,
      headers: { ConsistencyLevel: 'eventual' },
    })),
  })
  const counts = (reply: { readonly body: { readonly responses: readonly { readonly body: unknown }[] } }) =>
    reply.body.responses.map(({ body }) => body)
  const send = (body: object) => m365('POST', '/$batch', body, none)
  const control = (method: string, body?: object) =>
    fetch(`${sandbox.controlUrl}/knobs`, {
      method,
      headers: { 'x-sandbox-key': sandbox.controlKey, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })

  const strict = (await client.api('/groups').post(security('strict'))) as Item
  t.strictSame(statuses(await send(adding(strict.id))).sort(), [204, 409, 409])
  t.equal((await control('PUT', { queueWrites: true })).status, 200)
  const { id } = (await client.api('/groups').post(security('many'))) as Item
  t.strictSame(statuses(await send(adding(id))), [204, 204, 204])
  t.strictSame([...(await idsOf(`/groups/${id}/members`))].sort(), [...members].sort())
  t.strictSame(
    counts(await send(counting(id))),
    some.map(() => 1),
  )
  t.strictSame(
    statuses(await send(removing(id))),
    some.map(() => 204),
  )
  t.strictSame(
    counts(await send(counting(id))),
    some.map(() => 0),
  )
  t.equal((await control('DELETE')).status, 200)
})
