import { readFileSync } from 'node:fs'
import t from 'tap'
import { createSandbox } from '../../src/sandbox/create-sandbox.ts'
import type { LicenceSettings } from '../../src/sandbox/directory/licences/settings.ts'
import { catalogueSku } from '../../src/sandbox/directory/licences/skus.ts'

type Test = { testdir(): string; teardown(run: () => unknown): void }
// The tests know the shape of replies.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any

const licences: LicenceSettings = {
  skus: [
    { sku: 'SPE_E3', direct: 0.5, group: 0.2, enabled: 300 },
    { sku: 'SPE_E5', enabled: 2 },
  ],
}
const e5 = catalogueSku('SPE_E5')!.skuId

/** A sandbox that is served, with the requests of an app and of its control endpoint. */
const served = async (t: Test, stateDir: string) => {
  const sandbox = await createSandbox({ tls: false, users: 300, licences, stateDir })
  t.teardown(sandbox.close)
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: sandbox.clientId,
    client_secret: readFileSync(sandbox.secretFile, 'utf8'),
    scope: 'https://graph.microsoft.com/.default',
  })
  const sign = await fetch(`${sandbox.authorityUrl}/${sandbox.tenantId}/oauth2/v2.0/token`, {
    method: 'POST',
    body: form,
  })
  const { access_token: token } = (await sign.json()) as { readonly access_token: string }
  const graph = async (method: string, url: string, body?: object) => {
    const reply = await fetch(`${sandbox.baseUrl}${url}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'client-request-id': 'ours',
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await reply.text()
    return { status: reply.status, body: (text === '' ? null : JSON.parse(text)) as Loose, headers: reply.headers }
  }
  const control = async (method: string, path: string, body?: object): Promise<string> => {
    const reply = await fetch(`${sandbox.controlUrl}${path}`, {
      method,
      headers: { 'x-sandbox-key': sandbox.controlKey },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    return await reply.text()
  }
  return { sandbox, graph, control }
}

t.test('licences are assigned over HTTP, and the ledger of truth names the requests, also after a restart', async t => {
  const stateDir = t.testdir()
  const first = await served(t, stateDir)
  const users = (await first.graph('GET', '/users?$select=id,assignedLicenses,userType&$top=999')).body.value
  const free = users.filter((user: Loose) => user.assignedLicenses.length === 0 && user.userType === 'Member')
  const [one, two, three] = free.map((user: Loose) => user.id) as [string, string, string]
  for (const id of [one, two, three])
    t.equal((await first.graph('PATCH', `/users/${id}`, { usageLocation: 'DE' })).status, 204)
  const assign = (id: string) =>
    first.graph('POST', `/users/${id}/assignLicense`, {
      addLicenses: [{ skuId: e5, disabledPlans: [] }],
      removeLicenses: [],
    })
  const reply = await assign(one)
  t.equal(reply.status, 200)
  t.equal((await assign(two)).status, 200)
  t.match((await assign(three)).body.error, {
    code: 'Request_BadRequest',
    message: `Subscription with SKU ${e5} does not have any available licenses.`,
  })
  t.match(JSON.parse(await first.control('PUT', '/seats', { sku: 'SPE_E5', enabled: 3 })), { enabled: 3, consumed: 2 })
  t.equal((await assign(three)).status, 200)
  const group = (await first.graph('GET', '/groups?$select=id&$filter=assignedLicenses/any()')).body.value[0].id
  const link = { '@odata.id': `${first.sandbox.baseUrl}/directoryObjects/${one}` }
  t.equal((await first.graph('POST', `/groups/${group}/members/$ref`, link)).status, 204)
  await first.control('POST', '/clock', { forwardMs: 60_000 })
  const truth = async ({ control }: typeof first): Promise<readonly Loose[]> =>
    (await control('GET', `/truth/licences?user=${one}`))
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Loose)
  const lines = await truth(first)
  t.match(lines, [
    { user: one, sku: e5, by: 'direct', until: null, client: 'ours', request: reply.headers.get('request-id') },
    { user: one, by: group, until: null, client: 'ours' },
  ])
  await first.sandbox.close()
  const again = await served(t, stateDir)
  t.strictSame(await truth(again), lines)
  const sku = (await again.graph('GET', '/subscribedSkus')).body.value.find((each: Loose) => each.skuId === e5)
  t.match(sku, { consumedUnits: 3, prepaidUnits: { enabled: 3 } })
})
