import t from 'tap'
import { said, serverBed, type ServerBed } from '../server-bed.ts'

const nightly = {
  name: 'nightly',
  pipeline: 'export users',
  tenant: 'sandbox',
  fileName: 'users.csv',
  params: { select: ['id'] },
  when: { daily: '02:30', timeZone: 'Europe/Berlin' },
}
const add = (bed: ServerBed, more: object = {}, call: object = {}) =>
  bed.call('POST', '/api/schedules', { body: { ...nightly, ...more }, ...call })
const tokenOf = async (bed: ServerBed, name: string, role: string, tenants: readonly string[]) =>
  ((await bed.call('POST', '/api/access', { body: { name, role, tenants } })).body as { readonly token: string }).token

t.test('a schedule is added, shown, listed, paused, resumed, run and removed', async t => {
  const bed = await serverBed(t)
  const added = await add(bed)
  t.strictSame([added.status, added.headers['location']], [201, '/api/schedules/nightly'], added.text)
  t.match(added.body, {
    name: 'nightly',
    state: 'active',
    missed: 'once',
    writes: false,
    params: { select: ['id'] },
    by: 'ann',
  })
  t.notOk(added.text.includes(bed.folder))
  t.strictSame((await bed.call('GET', '/api/schedules/nightly')).body, added.body)
  t.strictSame((await bed.call('GET', '/api/schedules')).body, { items: [added.body] })
  const next = await bed.call('GET', '/api/schedules/nightly/next?limit=3')
  const { items } = next.body as { readonly items: readonly string[] }
  t.equal(items.length, 3)
  t.equal(items[0], (added.body as { readonly nextAt: string }).nextAt)
  t.match((await bed.call('POST', '/api/schedules/nightly/pause')).body, { state: 'paused', nextAt: undefined })
  t.equal((await bed.call('POST', '/api/schedules/nightly/pause')).status, 409)
  t.match((await bed.call('POST', '/api/schedules/nightly/resume')).body, { state: 'active', nextAt: items[0] })
  const run = await bed.call('POST', '/api/schedules/nightly/run')
  t.equal(run.status, 202, run.text)
  const job = run.body as { readonly id: string }
  t.match(job, { schedule: 'nightly', state: 'queued', pipeline: 'export users' })
  t.match((await bed.call('GET', '/api/schedules/nightly')).body, { lastJob: job.id })
  const { name: _, ...asked } = nightly
  const put = (more: object) => bed.call('PUT', '/api/schedules/nightly', { body: { ...asked, ...more } })
  const changed = await put({ when: { daily: '03:00', timeZone: 'UTC' }, fileName: 'people.csv', missed: 'skip' })
  t.match(changed.body, { state: 'active', missed: 'skip', lastJob: job.id, nextAt: /T03:00:00/ }, changed.text)
  t.match((await bed.call('POST', '/api/schedules/nightly/run')).body, { fileName: 'people.csv' })
  await bed.call('POST', '/api/schedules/nightly/pause')
  t.match((await put({})).body, { state: 'paused', nextAt: undefined, when: nightly.when })
  t.equal((await put({ name: 'other' })).status, 422)
  t.equal((await put({ tenant: 'fabrikam' })).problem.code, 'TENANT_UNKNOWN')
  t.equal((await bed.call('PUT', '/api/schedules/other', { body: asked })).status, 404)
  const patch = (body: object) => bed.call('PATCH', '/api/schedules/nightly', { body })
  t.match((await patch({ missed: 'once', notAfterMs: 60_000 })).body, {
    ...{ missed: 'once', notAfterMs: 60_000, when: nightly.when, state: 'paused', lastJob: String },
  })
  const retimed = await patch({ when: { weekly: 'mon@04:00', timeZone: 'UTC' }, notAfterMs: null })
  t.match(retimed.body, { when: { weekly: 'mon@04:00' }, missed: 'once', pipeline: 'export users' }, retimed.text)
  t.notOk('notAfterMs' in (retimed.body as object))
  await bed.call('POST', '/api/schedules/nightly/resume')
  t.match((await patch({ when: { daily: '05:00', timeZone: 'UTC' } })).body, { state: 'active', nextAt: /T05:00:00/ })
  t.match(
    (await bed.call('POST', '/api/schedules/nightly/run')).body,
    { fileName: 'users.csv' },
    'what it starts stays',
  )
  t.equal((await patch({ when: { daily: '25:00', timeZone: 'UTC' } })).status, 422)
  t.equal((await patch({ pipeline: 'export groups' })).status, 422, 'what it starts is not changed so')
  t.equal((await bed.call('DELETE', '/api/schedules/nightly')).status, 204)
  t.equal((await bed.call('DELETE', '/api/schedules/nightly')).status, 404)
  t.equal((await bed.call('GET', `/api/jobs/${job.id}`)).status, 200, 'its job stays')
})

t.test('what is wrong with a schedule is one sentence', async t => {
  const bed = await serverBed(t)
  await add(bed)
  const refused = async (more: object) => said(await add(bed, more)).join(' ')
  t.match(await refused({}), /^409 SCHEDULE_KNOWN There is a schedule nightly already\.$/)
  t.match(await refused({ name: '../x' }), /^422 OPTION_INVALID Expected the name of a schedule/)
  t.match(
    await refused({ name: 'a', when: { daily: '2:99', timeZone: 'UTC' } }),
    /^422 OPTION_INVALID Expected daily to be a time/,
  )
  t.match(await refused({ name: 'a', when: { daily: '02:30' } }), /^422 OPTION_INVALID timeZone is missing/)
  t.match(await refused({ name: 'a', when: {} }), /^422 OPTION_INVALID A schedule has one of/)
  t.match(await refused({ name: 'a', when: { hourly: '1' } }), /^422 /)
  t.match(await refused({ name: 'a', pipeline: 'export user' }), /^422 PIPELINE_UNKNOWN/)
  t.match(await refused({ name: 'a', tenant: 'fabrikam' }), /TENANT_UNKNOWN/)
  t.match(await refused({ name: 'a', fileName: '../users.csv' }), /^422 OPTION_INVALID/)
  t.match(await refused({ name: 'a', at: '2030-01-01T00:00:00Z' }), /^422 /, 'a time is in when')
})

t.test('a schedule is over several tenants, by name, tag, or all that there are', async t => {
  const bed = await serverBed(t, { tagsOf: name => (name === 'contoso' ? ['emea'] : []) })
  const several = async (name: string, chosen: object, call: object = {}) =>
    add(bed, { name, tenant: undefined, ...chosen }, call)
  t.match((await several('all', { tenants: 'all' })).body, { tenant: '*', tenants: 'all' })
  t.match((await several('emea', { tags: ['emea'] })).body, { tenant: '*', tags: ['emea'] })
  t.match((await several('both', { tenants: ['sandbox', 'contoso'] })).body, { tenants: ['sandbox', 'contoso'] })
  t.match(said(await several('x', { tags: ['apac'] })).join(' '), /^422 OPTION_INVALID No tenant has the tag "apac"/)
  t.match(said(await several('x', {})).join(' '), /^422 OPTION_INVALID The request names no tenant/)
  const run = await bed.call('POST', '/api/schedules/all/run')
  t.match([run.status, run.body], [202, { tenant: '*', tenants: ['sandbox', 'contoso'], schedule: 'all' }], run.text)

  const contoso = await tokenOf(bed, 'contoso', 'Operator', ['contoso'])
  const own = await several('own', { tenants: 'all' }, { token: contoso })
  t.match(own.body, { tenants: ['contoso'] }, 'all that the person sees')
  const seen = (await bed.call('GET', '/api/schedules', { token: contoso })).body as { items: { name: string }[] }
  t.strictSame(
    seen.items.map(({ name }) => name),
    ['emea', 'own'],
  )
  t.equal((await bed.call('GET', '/api/schedules/all', { token: contoso })).status, 404)
})

t.test('a schedule of another tenant does not exist, and a reader changes none', async t => {
  const bed = await serverBed(t)
  await add(bed)
  const foreign = await tokenOf(bed, 'foreign', 'Operator', ['contoso'])
  const reader = await tokenOf(bed, 'reader', 'Reader', ['sandbox'])
  t.strictSame((await bed.call('GET', '/api/schedules', { token: foreign })).body, { items: [] })
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/next'],
    ['POST', '/pause'],
    ['POST', '/resume'],
    ['POST', '/run'],
    ['DELETE', ''],
  ] as const)
    t.equal(
      (await bed.call(method, `/api/schedules/nightly${path}`, { token: foreign })).status,
      404,
      `${method} ${path}`,
    )
  t.equal((await bed.call('GET', '/api/schedules/nightly', { token: reader })).status, 200)
  t.equal((await add(bed, { name: 'mine' }, { token: reader })).status, 403)
  t.equal((await bed.call('POST', '/api/schedules/nightly/run', { token: reader })).status, 403)
  const { name: _, ...body } = nightly
  t.equal((await bed.call('PUT', '/api/schedules/nightly', { token: reader, body })).status, 403)
  t.equal((await bed.call('PUT', '/api/schedules/nightly', { token: foreign, body })).status, 404)
  for (const [token, status] of [
    [reader, 403],
    [foreign, 404],
  ] as const)
    t.equal((await bed.call('PATCH', '/api/schedules/nightly', { token, body: { missed: 'skip' } })).status, status)
  t.equal((await bed.call('DELETE', '/api/schedules/nightly', { token: reader })).status, 403)
  t.equal((await bed.call('GET', '/api/schedules', { token: null })).status, 401)
})
