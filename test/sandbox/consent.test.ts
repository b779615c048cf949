import { readFileSync } from 'node:fs'
import t from 'tap'
import { claimsOf, openTenants, type Tenant } from './tenants-bed.ts'

t.test('one app of the first tenant reads the tenants that have consented to it', async t => {
  const { tenants, shared, signIn, call, consent, control } = await openTenants(t)
  const [home, customer, other] = tenants as [Tenant, Tenant, Tenant]
  t.match(await signIn(shared, home.tenantId), { token_type: 'Bearer' }, 'its home has consented')

  const refused = await signIn(shared, customer.tenantId)
  t.match(refused, { error: 'unauthorized_client', error_codes: [700016] })
  t.match(refused.error_description, /was not found in the directory/)

  await t.test('an administrator consents, and is sent back', async t => {
    const reply = await consent(customer, { state: '12 345' })
    t.equal(reply.status, 302)
    const to = new URL(reply.location)
    t.equal(to.origin, 'http://localhost')
    t.strictSame(Object.fromEntries(to.searchParams), {
      admin_consent: 'True',
      tenant: customer.tenantId,
      state: '12 345',
    })
    const { access_token: token } = await signIn(shared, customer.domain)
    const roles = claimsOf(token)['roles'] as readonly string[]
    t.ok(roles.includes('User.ReadWrite.All'))
    const { body } = await call(token, 'GET', `/servicePrincipals?$filter=appId eq '${shared.clientId}'`)
    const [principal] = body.value as readonly { id: string; appOwnerOrganizationId: string }[]
    t.equal(principal?.appOwnerOrganizationId, home.tenantId)
    const assigned = await call(token, 'GET', `/servicePrincipals/${principal!.id}/appRoleAssignments?$top=999`)
    t.equal((assigned.body.value as readonly unknown[]).length, roles.length)
    const granted = await call(token, 'GET', `/servicePrincipals/${principal!.id}/oauth2PermissionGrants`)
    t.match(granted.body.value, [
      { clientId: principal!.id, consentType: 'AllPrincipals', scope: /User\.ReadWrite\.All/ },
    ])
    t.match((await control(customer, 'GET', '/truth?kind=servicePrincipal')).text, principal!.id)
    t.match(await signIn(shared, other.tenantId), { error_codes: [700016] }, 'another tenant has not')
    await consent(customer)
    t.equal(
      (claimsOf((await signIn(shared, customer.tenantId)).access_token)['roles'] as unknown[]).length,
      roles.length,
    )

    t.equal((await call(token, 'DELETE', `/servicePrincipals/${principal!.id}`)).status, 204)
    t.match(await signIn(shared, customer.tenantId), { error_codes: [700016] }, 'without it, there is no consent')
    await call(token, 'POST', `/directory/deletedItems/${principal!.id}/restore`)
    t.match(await signIn(shared, customer.tenantId), { token_type: 'Bearer' })
  })

  await t.test('a service principal without permissions gives a token without roles', async t => {
    const reply = await consent(other, { version: 'v2.0/', scope: 'https://graph.microsoft.com/User.Read openid' })
    t.equal(new URL(reply.location).searchParams.get('scope'), 'https://graph.microsoft.com/User.Read openid')
    t.notOk('roles' in claimsOf((await signIn(shared, other.tenantId)).access_token))
    await consent(other, { version: 'v2.0/', scope: 'https://graph.microsoft.com/.default' })
    t.ok('roles' in claimsOf((await signIn(shared, other.tenantId)).access_token))
    await control(other, 'DELETE', '/consent')
    t.match(await signIn(shared, other.tenantId), { error_codes: [700016] })
    await control(other, 'PUT', '/consent', { roles: ['User.Read.All'] })
    t.strictSame(claimsOf((await signIn(shared, other.tenantId)).access_token)['roles'], ['User.Read.All'])
  })

  await t.test('what is wrong in the address is refused', async t => {
    const of = async (wrong: Parameters<typeof consent>[1]) => (await consent(customer, wrong)).error_codes
    t.strictSame(await of({ client_id: other.clientId }), [700016])
    t.strictSame(await of({ redirect_uri: 'https://elsewhere.example/' }), [50011])
    t.strictSame(await of({ version: 'v2.0/' }), [900144])
    t.strictSame(await of({ version: 'v2.0/', scope: 'https://graph.microsoft.com/Nothing.Read' }), [70011])
    t.equal((await consent(customer, { redirect_uri: 'http://localhost:8400' })).status, 302)
    t.strictSame((await consent({ ...customer, tenantId: 'nobody.example' })).error_codes, [90002])
  })
})

t.test('a secret is revoked or expires, each in its own tenant', async t => {
  const { tenants, shared, signIn, control } = await openTenants(t, { tenants: 2 })
  const [home, two] = tenants as [Tenant, Tenant]
  await control(two, 'PUT', '/consent')
  const set = (tenant: Tenant, app: string, standing: string) => control(tenant, 'PUT', '/secret', { app, standing })
  await set(home, 'shared', 'expired')
  t.match(await signIn(shared, two.tenantId), { error: 'invalid_client', error_codes: [7000222] })
  await set(home, 'shared', 'revoked')
  t.match(await signIn(shared, two.tenantId), { error: 'invalid_client', error_codes: [7000215] })
  await set(home, 'shared', 'valid')
  t.match(await signIn(shared, two.tenantId), { token_type: 'Bearer' })
  await set(two, 'main', 'revoked')
  t.match(await signIn(two, two.tenantId), { error_codes: [7000215] })
  t.match(await signIn(home, home.tenantId), { token_type: 'Bearer' })
  t.equal((await set(two, 'shared', 'revoked')).status, 400, 'its secret belongs to its home')
  t.equal((await set(two, 'main', 'lost')).status, 400)
  t.equal(readFileSync(shared.secretFile, 'utf8').length, 40)
})
