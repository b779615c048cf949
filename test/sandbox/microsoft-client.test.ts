import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import {
  BatchRequestContent,
  BatchResponseContent,
  Client,
  PageIterator,
  type PageCollection,
} from '@microsoft/microsoft-graph-client'
import t from 'tap'
import { createSandbox, type SandboxOptions } from '../../src/sandbox/create-sandbox.ts'

type Test = { testdir(): string; teardown(run: () => unknown): void }
interface Item {
  readonly id: string
  readonly '@odata.type'?: string
  readonly [name: string]: unknown
}

/** Microsoft's own client with a sandbox over https: it sends tokens to https hosts only. */
const started = async (t: Test, options: Partial<SandboxOptions> = {}) => {
  const sandbox = await createSandbox({ users: 2_500, tls: true, ...options, stateDir: t.testdir() })
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(sandbox.caFile!, 'utf8')])
  t.teardown(() => sandbox.close())
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: sandbox.clientId,
    client_secret: readFileSync(sandbox.secretFile, 'utf8'),
    scope: 'https://graph.microsoft.com/.default',
  })
  const address = `${sandbox.authorityUrl}/${sandbox.tenantId}/oauth2/v2.0/token`
  const signedIn = await fetch(address, { method: 'POST', body: form })
  const { access_token: token } = (await signedIn.json()) as { access_token: string }
  const { origin, hostname } = new URL(sandbox.baseUrl)
  const client = Client.init({
    baseUrl: `${origin}/`,
    customHosts: new Set([hostname]),
    authProvider: done => done(null, token),
  })
  /** Everything that the PageIterator returns, from the first page on. */
  const readAll = async (path: string, headers: Readonly<Record<string, string>> = {}): Promise<readonly Item[]> => {
    const first = (await client.api(path).headers(headers).get()) as PageCollection
    const items: Item[] = []
    const iterator = new PageIterator(
      client,
      first,
      item => {
        items.push(item as Item)
        return true
      },
      { headers },
    )
    await iterator.iterate()
    return items
  }
  return { sandbox, client, readAll }
}

// One sandbox for the whole file: a process cannot stop trusting an authority.
const { sandbox, client, readAll } = await started(t)
const eventual = { ConsistencyLevel: 'eventual' }
const distinct = (items: readonly Item[]): number => new Set(items.map(({ id }) => id)).size

t.test('the PageIterator reads each object of every collection exactly once', async t => {
  const count = (path: string) => client.api(`${path}/$count`).headers(eventual).get() as Promise<string>
  for (const path of ['/users', '/groups', '/devices', '/applications', '/servicePrincipals', '/contacts']) {
    const items = await readAll(`${path}?$select=id&$top=500`)
    t.equal(items.length, Number(await count(path)), `${path}: as many as counted`)
    t.equal(distinct(items), items.length, `${path}: no duplicates`)
  }
})

t.test('the PageIterator reads filters, advanced queries and members', async t => {
  const all = await readAll('/users?$select=id,userPrincipalName,accountEnabled,userType&$top=999')
  const enabled = await readAll('/users?$select=id&$filter=accountEnabled eq true&$top=200')
  t.equal(enabled.length, all.filter(user => user['accountEnabled'] === true).length)
  const guests = await readAll(`/users?$select=id&$count=true&$filter=userType ne 'Member'&$top=50`, eventual)
  t.equal(guests.length, all.filter(user => user['userType'] !== 'Member').length)
  const members = await readAll(`/groups/${sandbox.sample.groupId}/members?$select=id&$top=100`)
  t.equal(distinct(members), members.length)
  t.ok(members.every(member => member['@odata.type'] !== '#microsoft.graph.servicePrincipal'))
})

t.test('a delta returns all users and ends with a delta link', async t => {
  const first = (await client.api('/users/delta?$select=displayName').get()) as PageCollection
  let page = first
  let seen = page.value.length
  while (page['@odata.nextLink']) {
    page = (await client.api(page['@odata.nextLink']).get()) as PageCollection
    seen += page.value.length
  }
  t.equal(seen, (await readAll('/users?$select=id&$top=999')).length)
  t.match(page['@odata.deltaLink'], /\$deltatoken=/)
})

t.test('its BatchRequestContent and BatchResponseContent work, also with errors', async t => {
  const { userId, groupId } = sandbox.sample
  // BatchRequestContent removes the host only: a URL in a batch is below the version root.
  const paths = [`/users/${userId}?$select=id`, `/groups/${groupId}/members?$top=5`, '/users?$top=1000']
  const content = new BatchRequestContent(
    paths.map((path, at) => ({ id: String(at), request: new Request(new URL(path, sandbox.baseUrl)) })),
  )
  const reply = await client.api('/$batch').post(await content.getContent())
  const replies = new BatchResponseContent(reply)
  t.strictSame(
    paths.map((_, at) => replies.getResponseById(String(at)).status),
    [200, 200, 400],
  )
  t.equal(((await replies.getResponseById('0').json()) as Item).id, userId)
})

t.test('an error is a GraphError with the code and message of Graph', async t => {
  await t.rejects(client.api('/users?$top=1000').get(), {
    statusCode: 400,
    code: 'Request_UnsupportedQuery',
    message: `Invalid page size specified: '1000'. Must be between 1 and 999 inclusive.`,
  })
})
