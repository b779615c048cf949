import { chmodSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openTenants, type Tenant } from '../sandbox/tenants-bed.ts'
import { fakeEnvironment } from '../tenants/fake-environment.ts'
import { runCommand } from './tenants-cli.ts'

const dayMs = 86_400_000

/** Three tenants of a provider: its own, and two customers. The sign-in is written once. */
const scene = async (t: Test) => {
  const root = t.testdir({ state: {}, work: {} })
  const work = join(root, 'work')
  const bed = await openTenants(t, { stateDir: join(root, 'state') })
  const { sandbox, shared, tenants, control } = bed
  const [partner, contoso, fabrikam] = tenants as [Tenant, Tenant, Tenant]
  const configure = (credential: object, more: object = {}) =>
    writeFileSync(
      join(work, 'entrapipe.config.json'),
      JSON.stringify({
        defaults: {
          ...{ graphUrl: sandbox.baseUrl, authorityUrl: sandbox.authorityUrl, clientId: shared.clientId },
          credential,
        },
        tenants: {
          provider: { tenantId: partner.tenantId },
          contoso: { tenantId: contoso.tenantId },
          fabrikam: { tenantId: fabrikam.domain },
          ...more,
        },
      }),
    )
  const run = (...argv: string[]) => runCommand(fakeEnvironment(work), ['tenants', ...argv])
  const secret = { file: shared.secretFile }
  const link = (tenant: string) => `${sandbox.authorityUrl}/${tenant}/adminconsent?client_id=${shared.clientId}`
  const byPerson = {
    kind: 'refresh-token',
    partnerTenantId: partner.tenantId,
    refreshToken: { file: sandbox.shared!.refreshTokenFile },
    secret,
  }
  return { ...bed, partner, contoso, fabrikam, configure, run, secret, link, byPerson, control }
}

t.test('one app signs in to all tenants, and a link is printed for each that lacks consent', async t => {
  const { contoso, fabrikam, configure, run, secret, link, control } = await scene(t)
  configure({ kind: 'secret', secret }, { own: { tenantId: contoso.tenantId, credential: { kind: 'azure-cli' } } })
  const first = await run('consent')
  t.equal(first.status, 6)
  t.match(first.out, /^provider +has consented/m)
  t.ok(first.out.includes(link(contoso.tenantId)))
  t.ok(first.out.includes(link(fabrikam.domain)))
  t.match(first.out, /^own +signs in without an app/m)

  const refused = await run('check', '--tenant', 'contoso')
  t.match(refused.error, { code: 'SIGN_IN_FAILED', facts: { code: 'AADSTS700016', consent: link(contoso.tenantId) } })
  t.ok(refused.error?.fix?.endsWith(`Consent is given at ${link(contoso.tenantId)}`))

  const consented = await fetch(link(contoso.tenantId), { redirect: 'manual' })
  t.equal(consented.status, 302, 'the link is one that the service takes')
  await control(fabrikam, 'PUT', '/consent', { roles: [] })
  const second = await run('--json', 'consent', 'fabrikam', 'contoso')
  t.equal(second.status, 6)
  t.strictSame(JSON.parse(second.out), {
    tenants: [
      { tenant: 'fabrikam', consent: 'missing', link: link(fabrikam.domain) },
      { tenant: 'contoso', consent: 'given' },
    ],
  })
  await control(fabrikam, 'PUT', '/consent')
  t.equal((await run('consent', 'fabrikam')).status, 0)
  t.match((await run('consent', 'nobody')).error, { code: 'TENANT_UNKNOWN' })
  t.match((await run('list')).out, /fabrikam .*secret \(file /)
})

t.test('a partner signs in to customers while relationships are active', async t => {
  const { partner, contoso, fabrikam, sandbox, configure, run, byPerson, control } = await scene(t)
  configure(byPerson)
  for (const tenant of [contoso, fabrikam]) await control(tenant, 'PUT', '/consent')

  await t.test('the check shows whose rights they are and until when', async t => {
    const { out, status, error } = await run('check', '--tenant', 'contoso', '--for', 'export users')
    t.equal(error, undefined)
    t.equal(status, 0)
    t.match(out, /rights {4}delegated, of a signed-in person: .*User\.Read\.All/)
    t.match(out, /limited by the person's directory roles \(5\)/)
    t.match(out, /access {4}delegated by ".* administration", until 20\d\d-\d\d-\d\d\n/)
    t.notMatch(out, /WARNING/)
    t.notMatch((await run('check', '--tenant', 'provider')).out, /access {4}/, 'its own tenant needs no relationship')
    const [relationship] = (await run('list')).out.match(/refresh token \(file .*\) of partner \S+/) ?? []
    t.ok(relationship)
  })

  await t.test('an end within 30 days is a warning', async t => {
    const endDateTime = new Date(Date.now() + 29.5 * dayMs).toISOString()
    await control(partner, 'PUT', '/relationships', { customer: fabrikam.tenantId, endDateTime })
    const { out, status } = await run('check', '--tenant', 'fabrikam')
    t.equal(status, 0)
    t.match(out, /WARNING {3}this access ends in 29 days: request a new relationship/)
    const told = await run('--json', 'check', '--tenant', 'fabrikam')
    t.match(JSON.parse(told.out), { delegatedAccess: { endsAt: endDateTime, isExtended: false, daysLeft: 29 } })
    await control(partner, 'PUT', '/relationships', { customer: fabrikam.tenantId, autoExtendDuration: 'P180D' })
    t.match((await run('check', '--tenant', 'fabrikam')).out, /extended by itself on /)
  })

  await t.test('without access, the message says since when, and what to do', async t => {
    const of = async (change: object) => {
      await control(partner, 'PUT', '/relationships', { customer: contoso.tenantId, ...change })
      const { error } = await run('check', '--tenant', 'contoso')
      t.match(error, { code: 'SIGN_IN_FAILED', facts: { code: 'AADSTS50020' } })
      return `${error?.message} ${error?.fix}`
    }
    t.match(
      await of({ endDateTime: '2026-01-31T10:00:00.000Z' }),
      /^The delegated access to tenant contoso ended on 2026-01-31: the relationship ".* administration" expired\. Request a new relationship/,
    )
    t.match(await of({ status: 'terminated' }), /ended on 2026-01-31: .* was terminated\./)
    t.match(
      await of({ status: 'approvalPending' }),
      /is not active yet \(approvalPending\)\. Have the customer approve/,
    )
    await control(partner, 'PUT', '/relationships', {
      ...{ customer: contoso.tenantId, status: 'active', endDateTime: '2040-01-01T00:00:00Z' },
    })
    t.equal((await run('check', '--tenant', 'contoso')).status, 0)
  })

  await t.test('a new refresh token replaces the one that is a day old, and nothing else', async t => {
    const file = sandbox.shared!.refreshTokenFile
    const old = readFileSync(file, 'utf8')
    await run('check', '--tenant', 'contoso')
    t.equal(readFileSync(file, 'utf8'), old, 'one that is younger stays')
    const then = new Date(Date.now() - 2 * dayMs)
    utimesSync(file, then, then)
    await run('check', '--tenant', 'contoso')
    const fresh = readFileSync(file, 'utf8')
    t.not(fresh.trim(), old.trim())
    t.equal(statSync(file).mode & 0o777, 0o600)
    const { status, error } = await run('check', '--tenant', 'fabrikam')
    t.strictSame([status, error], [0, undefined], 'and it signs in to the other tenant')
    chmodSync(file, 0o644)
    t.match((await run('check', '--tenant', 'fabrikam')).error, { code: 'SECRET_EXPOSED' })
    chmodSync(file, 0o600)
  })

  await t.test('neither the refresh token nor the secret is ever shown', async t => {
    const file = sandbox.shared!.refreshTokenFile
    const secret = readFileSync(sandbox.shared!.secretFile, 'utf8')
    const kept = readFileSync(file, 'utf8')
    writeFileSync(file, 'hunter2-is-no-token')
    const refused = await run('check', '--tenant', 'contoso')
    t.match(refused.error, { code: 'SIGN_IN_FAILED', message: /refresh token is damaged/ })
    const told = JSON.stringify([
      refused.error?.message,
      refused.error?.fix,
      refused.error?.facts,
      refused.said,
      refused.out,
    ])
    t.notMatch(told, /hunter2/)
    t.notOk(told.includes(secret))
    writeFileSync(file, kept)
  })

  await t.test('what is not configured right is reported', async t => {
    configure({ ...byPerson, refreshToken: 'hunter2' })
    const { error } = await run('list')
    t.match(error, {
      code: 'CONFIG_INVALID',
      message: /defaults\.credential\.refreshToken must not be the secret itself/,
    })
    t.notMatch(error?.message, /hunter2/)
    configure(byPerson)
    t.match((await run('update', 'contoso')).error, { code: 'USAGE', message: /signs in with a refresh token/ })
  })
})
