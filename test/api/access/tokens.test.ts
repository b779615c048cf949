import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { fakeClock } from '../../fake-clock.ts'
import { said, serverBed } from '../server-bed.ts'

interface Made {
  readonly id: string
  readonly token: string
  readonly expiresAt: string
}

const day = 86_400_000

t.test('a token lets in whom it was made for, with its role, until it ends or is revoked', async t => {
  const { clock, advance } = fakeClock()
  const bed = await serverBed(t, { clock })
  const add = async (body: object) => (await bed.call('POST', '/api/access', { body })).body as Made
  const reader = await add({ name: 'nightly', role: 'Reader', tenants: ['contoso'] })
  const bob = await add({ name: 'bob desk', role: 'Operator', tenants: 'all', person: 'bob@contoso.com' })
  t.match(reader, { expiresAt: new Date(clock.now() + 90 * day).toISOString(), by: 'local:ann@desk' })
  const me = (token: string) => bed.call('GET', '/api/me', { token })
  t.strictSame((await me(reader.token)).body, {
    id: `token:${reader.id}`,
    name: 'nightly',
    roles: ['Reader'],
    tenants: ['contoso'],
    isApp: true,
    by: 'token',
  })
  t.strictSame((await me(bob.token)).body, {
    id: 'person:bob@contoso.com',
    name: 'bob@contoso.com',
    roles: ['Operator'],
    tenants: 'all',
    isApp: false,
    by: 'token',
  })
  t.strictSame(said(await bed.call('GET', '/api/access', { token: bob.token })), [
    403,
    'NOT_ALLOWED',
    'This needs the role Admin, and bob@contoso.com has Operator.',
  ])
  t.equal((await bed.call('DELETE', `/api/access/${bob.id}`)).status, 204)
  t.equal((await me(bob.token)).status, 401)
  t.strictSame(said(await bed.call('DELETE', `/api/access/${bob.id}`)), [
    404,
    'TOKEN_UNKNOWN',
    'There is no token with this id, or it is revoked.',
  ])
  advance(90 * day)
  t.equal((await me(reader.token)).status, 401)
  const { items } = (await bed.call('GET', '/api/access')).body as { readonly items: readonly { name: string }[] }
  t.strictSame(items.map(({ name }) => name).sort(), ['bob desk', 'nightly'])
  t.notOk(JSON.stringify(items).includes('entrapipe_'))
})

t.test('an administrator of some tenants gives nobody more, and sees no token that has more', async t => {
  const bed = await serverBed(t)
  const add = (body: object, token = bed.token) => bed.call('POST', '/api/access', { body, token })
  const wide = (await add({ name: 'wide', role: 'Reader', tenants: 'all' })).body as Made
  const { token } = (await add({ name: 'contoso', role: 'Admin', tenants: ['contoso'], person: 'cy' })).body as Made
  t.strictSame(said(await add({ name: 'x', role: 'Admin', tenants: 'all' }, token)), [
    403,
    'NOT_ALLOWED',
    'cy is not for all tenants, so no token of theirs is.',
  ])
  t.match(said(await add({ name: 'x', role: 'Admin', tenants: ['sandbox'] }, token)), [422, 'TENANT_UNKNOWN'])
  const own = (await add({ name: 'x', role: 'Reader', tenants: ['contoso'] }, token)).body as Made
  const { items } = (await bed.call('GET', '/api/access', { token })).body as { readonly items: readonly Made[] }
  t.notOk(items.some(({ id }) => id === wide.id))
  t.equal((await bed.call('DELETE', `/api/access/${wide.id}`, { token })).status, 404)
  t.equal((await bed.call('GET', '/api/me', { token: wide.token })).status, 200, 'it still lets in')
  t.equal((await bed.call('DELETE', `/api/access/${own.id}`, { token })).status, 204)
})

t.test('the file of tables has no token', async t => {
  const bed = await serverBed(t)
  const { token } = (await bed.call('POST', '/api/access', { body: { name: 'a', role: 'Reader', tenants: 'all' } }))
    .body as Made
  const bytes = readFileSync(join(bed.folder, 'jobs.sqlite')).toString('latin1')
  const log = readFileSync(join(bed.folder, 'jobs.sqlite-wal')).toString('latin1')
  for (const secret of [token, token.slice('entrapipe_'.length)]) {
    t.notOk(bytes.includes(secret))
    t.notOk(log.includes(secret))
  }
})

t.test('who made and revoked a token is in the audit, for those who see all of its tenants', async t => {
  const bed = await serverBed(t)
  const make = async (name: string, tenants: readonly string[] | 'all') =>
    (await bed.call('POST', '/api/access', { body: { name, role: 'Reader', tenants, person: `${name}@contoso.com` } }))
      .body as { readonly id: string; readonly token: string }
  const everywhere = await make('bob', 'all')
  const here = await make('eve', ['contoso'])
  await bed.call('DELETE', `/api/access/${everywhere.id}`)
  const auditOf = async (token?: string) => {
    const { body, text } = await bed.call('GET', '/api/audit', token === undefined ? {} : { token })
    const { items } = body as { items: { job: string; who: string; action: string; facts: { name: string } }[] }
    return { text, items: items.map(({ job, who, action, facts }) => [job, who, action, facts.name].join(' ')).sort() }
  }
  const all = await auditOf()
  t.strictSame(
    all.items,
    [
      `access/${everywhere.id} ann add token bob`,
      `access/${everywhere.id} ann revoke token bob`,
      `access/${here.id} ann add token eve`,
    ].sort(),
  )
  t.notOk(all.text.includes(here.token))
  t.strictSame((await auditOf(here.token)).items, [`access/${here.id} ann add token eve`])
})

t.test('a token that cannot be is refused in words', async t => {
  const bed = await serverBed(t)
  const add = async (body: object) =>
    said(await bed.call('POST', '/api/access', { body: { name: 'a', role: 'Reader', tenants: 'all', ...body } }))
  t.strictSame(await add({ tenants: ['fabrikam'] }), [422, 'TENANT_UNKNOWN', 'The server has no tenant fabrikam.'])
  t.strictSame(await add({ tenants: [] }), [422, 'OPTION_INVALID', 'tenants must NOT have fewer than 1 items.'])
  for (const expiresAt of ['2020-01-01T00:00:00Z', '2199-01-01T00:00:00Z'])
    t.strictSame(await add({ expiresAt }), [
      422,
      'OPTION_INVALID',
      'Expected expiresAt to be a time from now to a year from now.',
    ])
  t.strictSame(await add({ expiresAt: 'tomorrow' }), [
    422,
    'OPTION_INVALID',
    'Expected expiresAt to be a date and a time such as 2026-03-01T08:00:00Z.',
  ])
  t.strictSame(await add({ name: '../a' }), [
    422,
    'OPTION_INVALID',
    'name has a form that is not accepted: letters, digits, blanks and . _ - @.',
  ])
  await bed.call('POST', '/api/access', { body: { name: 'a', role: 'Reader', tenants: 'all' } })
  t.strictSame(await add({}), [409, 'NAME_TAKEN', 'There is a token named a already.'])
})

t.test('a URL or a path where an id belongs is an address with nothing', async t => {
  const bed = await serverBed(t)
  for (const id of ['http:%2F%2Fevil.example', '..%2F..%2Fetc', 'null', '1', '%00', "' or 1=1 --"])
    t.strictSame(
      said(await bed.call('DELETE', `/api/access/${encodeURI(id)}`)).slice(0, 2),
      [404, 'ADDRESS_UNKNOWN'],
      id,
    )
})
