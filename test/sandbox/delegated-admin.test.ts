import { readFileSync } from 'node:fs'
import t from 'tap'
import { claimsOf, openTenants, type Tenant } from './tenants-bed.ts'

interface Relationship {
  readonly id: string
  readonly status: string
  readonly endDateTime: string
  readonly customer: { readonly tenantId: string }
  readonly accessDetails: { readonly unifiedRoles: readonly { readonly roleDefinitionId: string }[] }
}

const userAdministrator = 'fe930be7-5e62-47db-91af-98c3a49a38b1'
const dayMs = 86_400_000

t.test('a user of the partner signs in to a customer while a relationship is active', async t => {
  const { sandbox, tenants, shared, signIn, call, control } = await openTenants(t)
  const [partner, customer, other] = tenants as [Tenant, Tenant, Tenant]
  const first = readFileSync(sandbox.shared!.refreshTokenFile, 'utf8')
  const redeem = (tenant: Tenant, token = first, more: Readonly<Record<string, string>> = {}) =>
    signIn(shared, tenant.tenantId, { grant_type: 'refresh_token', refresh_token: token, ...more })
  const own = (await redeem(partner)).access_token
  const list = async () =>
    (await call(own, 'GET', '/tenantRelationships/delegatedAdminRelationships')).body.value as readonly Relationship[]

  t.match(claimsOf(own), { tid: partner.tenantId, upn: sandbox.shared!.userPrincipalName, idtyp: 'user' })
  t.match(await redeem(customer), { error: 'invalid_grant', error_codes: [65001] }, 'the customer has not consented')
  await control(customer, 'PUT', '/consent')

  await t.test('the token has the roles of the relationship', async t => {
    const reply = await redeem(customer, first, { scope: 'https://graph.microsoft.com/.default offline_access' })
    const claims = claimsOf(reply.access_token)
    t.match(claims, { tid: customer.tenantId, idp: `https://sts.windows.net/${partner.tenantId}/`, idtyp: 'user' })
    t.ok(String(claims['scp']).split(' ').includes('User.ReadWrite.All'))
    t.ok((claims['wids'] as readonly string[]).includes(userAdministrator))
    t.notOk('roles' in claims)
    const { body } = await call(reply.access_token, 'GET', '/organization?$select=id')
    t.match(body.value, [{ id: customer.tenantId }])
    t.not(reply.refresh_token, first, 'a new refresh token comes with it')
    t.match(await redeem(customer, reply.refresh_token), { token_type: 'Bearer' })
    t.match(await redeem(customer, first), { token_type: 'Bearer' }, 'and the old one is not revoked')
    const named = await redeem(customer, first, { scope: 'https://graph.microsoft.com/User.Read.All' })
    t.equal(claimsOf(named.access_token)['scp'], 'User.Read.All')
    t.match(await redeem(customer, first, { scope: 'Mail.Send' }), { error_codes: [65001] })
  })

  await t.test('its roles decide what may be done to whom', async t => {
    const { access_token: token } = await redeem(customer)
    const users = await call(token, 'GET', "/users?$select=id&$filter=userType eq 'Member'&$top=1")
    const [user] = users.body.value as readonly { id: string }[]
    const again = `/users/${user!.id}/reprocessLicenseAssignment`
    t.equal((await call(token, 'POST', again)).status, 200)
    await control(partner, 'PUT', '/relationships', { customer: customer.tenantId, roles: [] })
    const { access_token: weak } = await redeem(customer)
    t.equal((await call(weak, 'POST', again)).status, 403)
    await control(partner, 'PUT', '/relationships', { customer: customer.tenantId, roles: [userAdministrator] })
  })

  await t.test('the partner lists relationships, assignments and customers', async t => {
    const [one, ...rest] = await list()
    t.equal(rest.length, 1)
    t.match(one, { status: 'active', customer: { tenantId: customer.tenantId }, autoExtendDuration: 'PT0S' })
    const at = `/tenantRelationships/delegatedAdminRelationships/${one!.id}`
    t.match((await call(own, 'GET', at)).body, { id: one!.id, '@odata.etag': String })
    const { body } = await call(own, 'GET', `${at}/accessAssignments`)
    const [assignment] = body.value as readonly { accessContainer: { accessContainerId: string } }[]
    t.match(assignment, {
      status: 'active',
      accessDetails: { unifiedRoles: [{ roleDefinitionId: userAdministrator }] },
    })
    const group = assignment!.accessContainer.accessContainerId
    const members = await call(own, 'GET', `/groups/${group}/members?$select=userPrincipalName`)
    t.match(members.body.value, [{ userPrincipalName: sandbox.shared!.userPrincipalName }])
    const customers = await call(own, 'GET', '/tenantRelationships/delegatedAdminCustomers')
    t.match(customers.body.value, [{ tenantId: customer.tenantId }, { tenantId: other.tenantId }])
    const ended = await call(
      own,
      'GET',
      "/tenantRelationships/delegatedAdminRelationships?$filter=status eq 'expired'&$select=id",
    )
    t.strictSame(ended.body.value, [])
    const app = await signIn(partner, partner.tenantId)
    t.equal((await call(app.access_token, 'GET', at)).status, 403, 'the permission is needed')
    const there = await redeem(customer)
    const none = await call(there.access_token, 'GET', '/tenantRelationships/delegatedAdminRelationships')
    t.strictSame(none.body.value, [], 'a customer is no partner')
  })

  await t.test('without membership of the group there is no access', async t => {
    const [one] = await list()
    const at = `/tenantRelationships/delegatedAdminRelationships/${one!.id}`
    const assignments = await call(own, 'GET', `${at}/accessAssignments`)
    const [{ accessContainer }] = assignments.body.value as [{ accessContainer: { accessContainerId: string } }]
    const { oid } = claimsOf(own)
    const link = {
      ...{ kind: 'group', id: accessContainer.accessContainerId, relation: 'members' },
      target: { kind: 'user', id: oid },
    }
    await control(partner, 'POST', '/mutations', { do: 'unlink', ...link })
    const refused = await redeem(customer)
    t.match(refused, { error: 'invalid_grant', error_codes: [50020] })
    t.match(refused.error_description, /does not exist in tenant/)
    await control(partner, 'POST', '/mutations', { do: 'link', ...link })
    t.match(await redeem(customer), { token_type: 'Bearer' })
  })

  await t.test('what is not redeemed', async t => {
    t.match(await redeem(customer, 'nonsense'), { error_codes: [9002313] })
    t.match(await redeem(customer, first, { client_secret: 'wrong' }), { error_codes: [7000215] })
    const app = { clientId: other.clientId, secretFile: other.secretFile }
    const foreign = await signIn(app, other.tenantId, { grant_type: 'refresh_token', refresh_token: first })
    t.match(foreign, { error_codes: [70000] }, 'it is another app’s')
    await control(partner, 'PUT', '/relationships', { customer: customer.tenantId, status: 'terminated' })
    t.match(await redeem(customer), { error_codes: [50020] })
    await control(partner, 'PUT', '/relationships', { customer: customer.tenantId, status: 'approvalPending' })
    t.match(await redeem(customer), { error_codes: [50020] })
    await control(partner, 'PUT', '/relationships', { customer: customer.tenantId, status: 'active' })
    t.equal((await control(partner, 'PUT', '/relationships', { customer: 'nobody' })).status, 400)
    t.equal((await control(partner, 'PUT', '/relationships', { endDateTime: 'soon' })).status, 400)
  })

  await t.test('a relationship expires by the clock of the partner', async t => {
    await control(other, 'PUT', '/consent')
    const ending = { customer: customer.tenantId, endDateTime: new Date(Date.now() + 10 * dayMs).toISOString() }
    await control(partner, 'PUT', '/relationships', ending)
    await control(partner, 'PUT', '/relationships', {
      ...{ customer: other.tenantId, autoExtendDuration: 'P180D', endDateTime: ending.endDateTime },
    })
    await control(partner, 'POST', '/clock', { forwardMs: 11 * dayMs })
    const reply = await redeem(customer)
    t.match(reply, { error: 'invalid_grant', error_codes: [50020] })
    const [one, two] = await list()
    t.match(one, { status: 'expired', endDateTime: ending.endDateTime })
    t.match(two, { status: 'active' })
    t.equal(Date.parse(two!.endDateTime) - Date.parse(ending.endDateTime), 180 * dayMs)
    const { refresh_token: newer } = await redeem(other)
    await control(partner, 'POST', '/clock', { forwardMs: 80 * dayMs })
    t.match(await redeem(other), { error_codes: [700082] }, 'a refresh token lasts for 90 days')
    t.match(await redeem(other, newer), { token_type: 'Bearer' })
    const { oid } = claimsOf(own)
    const { access_token: app } = await signIn(partner, partner.tenantId)
    await call(app, 'POST', `/users/${String(oid)}/revokeSignInSessions`)
    t.match(await redeem(other, newer), { error_codes: [50173] })
  })
})
