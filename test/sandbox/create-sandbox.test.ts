import t from 'tap'
import { readFileSync } from 'node:fs'
import { createSandbox, type SandboxOptions } from '../../src/sandbox/create-sandbox.ts'

type Test = { testdir(): string; teardown(run: () => unknown): void }
type Page = { '@odata.count'?: number; '@odata.nextLink'?: string; value: { id: string }[] }

const open = async (t: Test, options: Partial<SandboxOptions> = {}) => {
  let close = async () => {}
  t.teardown(() => close())
  const sandbox = await createSandbox({
    tls: false,
    users: 1_500,
    stateDir: options.stateDir ?? t.testdir(),
    ...options,
  })
  close = sandbox.close
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
  const { access_token: token } = (await sign.json()) as { access_token: string }
  const get = async (url: string) => {
    const reply = await fetch(url.startsWith('http') ? url : `${sandbox.baseUrl}${url}`, {
      headers: { authorization: `Bearer ${token}`, consistencylevel: 'eventual' },
    })
    return { status: reply.status, body: (await reply.json()) as Page & { error?: { code: string } } }
  }
  const control = (method: string, path: string, body?: unknown) =>
    fetch(`${sandbox.controlUrl}${path}`, {
      method,
      headers: { 'x-sandbox-key': sandbox.controlKey },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  /** Ids and links in the order they came, of at most `most` pages, and the error that ended the listing. */
  const all = async (url: string, most = 50) => {
    const ids: string[] = []
    const links: string[] = []
    for (let next: string | undefined = url; next !== undefined && links.length < most;) {
      const { status, body }: { status: number; body: Page & { error?: { code: string } } } = await get(next)
      if (status >= 500) continue
      if (status !== 200) return { ids, links, error: body.error?.code }
      ids.push(...body.value.map(user => user.id))
      links.push(next)
      next = body['@odata.nextLink']
    }
    return { ids, links }
  }
  return { sandbox, get, all, control }
}

t.test('an app can read itself and the permissions of its token', async t => {
  const { sandbox, get } = await open(t, { users: 20, roles: ['Application.Read.All'] })
  const self = await get(`/servicePrincipals?$filter=appId eq '${sandbox.clientId}'`)
  t.equal(self.body.value.length, 1)
  t.equal((await get(`/servicePrincipals/${self.body.value[0]!.id}/appRoleAssignments`)).body.value.length, 1)
  t.equal((await get(`/applications(appId='${sandbox.clientId}')`)).status, 200)
})

const listing = '/users?$select=id&$top=500&$count=true'

t.test('the tenant has exactly the requested number of users', async t => {
  const { sandbox, get, all } = await open(t)
  const { body } = await get(listing)
  const { ids } = await all(listing)
  t.strictSame([body['@odata.count'], ids.length, new Set(ids).size], [1_500, 1_500, 1_500])
  t.equal((await get(`/users/${sandbox.sample.userId}`)).status, 200)
  t.equal((await get(`/groups/${sandbox.sample.groupId}`)).status, 200)
  t.equal((await get(`/devices/${sandbox.sample.deviceId}`)).status, 200)
  t.equal((await get(`/directoryRoles/${sandbox.sample.roleId}`)).status, 200)
})

t.test('the sample is an ordinary user, and its device, licence and group belong to that user', async t => {
  const { sandbox, get, control } = await open(t)
  const { userId, userPrincipalName, groupId, deviceId, skuId } = sandbox.sample
  const user = await get(
    `/users/${userPrincipalName}?$select=id,userType,accountEnabled,userPrincipalName,assignedLicenses`,
  )
  t.match(user.body, { id: userId, userType: 'Member', accountEnabled: true })
  t.match(user.body, { assignedLicenses: [{ skuId }] })
  t.match(userPrincipalName, new RegExp(`^[\\w.-]+@${sandbox.domain}$`))
  t.equal((await get(`/users/${userId}/manager`)).status, 200)
  const names = async (path: string) => (await get(path)).body.value.map(({ id }) => id)
  t.ok((await names(`/users/${userId}/ownedDevices?$select=id`)).includes(deviceId))
  t.ok((await names(`/users/${userId}/memberOf?$select=id`)).includes(groupId))
  t.match((await get(`/groups/${groupId}`)).body, { securityEnabled: true, mailEnabled: false, groupTypes: [] })
  const ready = (await (await control('POST', '/tokens', { scp: ['User.Read.All'] })).json()) as { accessToken: string }
  const me = await fetch(`${sandbox.baseUrl}/me`, { headers: { authorization: `Bearer ${ready.accessToken}` } })
  t.match(await me.json(), { id: userId })
})

t.test('a restart keeps the tenant, its changes and its links', async t => {
  const stateDir = t.testdir()
  const first = await open(t, { stateDir })
  const link = (await first.get(listing)).body['@odata.nextLink'] ?? ''
  const { userId: id } = first.sandbox.sample
  await first.control('POST', '/mutations', { do: 'update', kind: 'user', id, values: { department: 'Changed' } })
  await first.sandbox.close()
  const second = await open(t, { stateDir })
  t.equal(second.sandbox.tenantId, first.sandbox.tenantId)
  t.match((await second.get(`/users/${id}?$select=department`)).body, { department: 'Changed' })
  t.equal((await second.get(`${second.sandbox.baseUrl}${link.slice(link.indexOf('/v1.0') + 5)}`)).status, 200)
})

t.test('each paging fault strikes as scheduled', async t => {
  const { all, control } = await open(t)
  const clean = (await all(listing)).ids
  const rules = async (...given: object[]) => void (await control('PUT', '/faults', given))
  await rules({ match: 'GET /users', nth: 2, fault: 'emptyPage' })
  const empty = await all(listing)
  t.strictSame([empty.ids, empty.links.length], [clean, 4])
  await rules({ match: 'GET /users', nth: 2, fault: 'duplicatedPage' })
  const doubled = await all(listing)
  t.strictSame([doubled.ids.length, [...new Set(doubled.ids)], new Set(doubled.links).size], [2_000, clean, 4])
  await rules({ match: 'GET /users', nth: 2, fault: 'repeatedLink' })
  const repeated = await all(listing, 3)
  t.equal(repeated.links[2], repeated.links[1])
  await rules({ match: 'GET /users', nth: 2, fault: 'expiredPageToken' })
  t.equal((await all(listing)).error, 'Directory_ExpiredPageToken')
  await rules({ match: 'GET /users', nth: 2, fault: '503' }, { match: 'GET /users', fault: 'tokenGoneAfterRetry' })
  const gone = await all(listing)
  t.strictSame([gone.error, gone.ids], ['DirectoryPageTokenNotFoundException', clean.slice(0, 1_000)])
})

t.test('a port in use is reported', async t => {
  const { sandbox } = await open(t)
  const port = Number(new URL(sandbox.baseUrl).port)
  await t.rejects(createSandbox({ stateDir: t.testdir(), users: 1_000, port, tls: false }), {
    code: 'SANDBOX_UNAVAILABLE',
    message: /the port is in use/,
  })
})

t.test('sign-in accepts each verified domain as the tenant, and no unverified one', async t => {
  const { sandbox, get } = await open(t)
  const { body } = await get('/domains?$select=id,isVerified')
  for (const { id, isVerified } of body.value as unknown as { id: string; isVerified: boolean }[]) {
    const metadata = await fetch(`${sandbox.authorityUrl}/${id}/v2.0/.well-known/openid-configuration`)
    t.equal(metadata.status, isVerified ? 200 : 400, id)
  }
})

t.test('the control endpoint changes knobs while the sandbox runs', async t => {
  const { get, control } = await open(t, { users: 300 })
  const delta = async () => (await get('/users/delta?$select=id')).body.value.length
  const dates = async () => (await get('/users?$select=id,createdDateTime&$top=1')).status
  t.strictSame([await delta(), await dates()], [200, 200])
  await control('PUT', '/knobs', { deltaPageSize: 7, withoutCreatedDateTime: true })
  t.strictSame([await delta(), await dates()], [7, 400], 'smaller pages, and a missing property')
  await control('DELETE', '/knobs')
  t.strictSame([await delta(), await dates()], [200, 200])
})
