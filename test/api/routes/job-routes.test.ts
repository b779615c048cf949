import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { systemClock } from '../../../src/core/clock.ts'
import { jobStore } from '../../../src/jobs/job-store.ts'
import { said, serverBed, type ServerBed } from '../server-bed.ts'

interface Shown {
  readonly id: string
  readonly state: string
  readonly tenant: string
  readonly pipeline: string
  readonly params: object
  readonly dryRun?: boolean
}

const exporting = { pipeline: 'export users', tenant: 'sandbox', fileName: 'users.csv', params: { select: ['id'] } }
const submit = (bed: ServerBed, body: object = exporting, headers = {}) =>
  bed.call('POST', '/api/jobs', { body, headers })
const tokenOf = async (
  bed: ServerBed,
  name: string,
  role: string,
  tenants: readonly string[] | 'all',
  person?: string,
) =>
  (
    (
      await bed.call('POST', '/api/access', {
        body: { name, role, tenants, ...(person === undefined ? {} : { person }) },
      })
    ).body as { token: string }
  ).token
const sent = async (bed: ServerBed, text: string, token = bed.token) =>
  (
    (
      await bed.call('POST', '/api/uploads', {
        token,
        headers: { 'content-disposition': 'attachment; filename="people.csv"' },
        body: text,
      })
    ).body as { readonly id: string }
  ).id

t.test('a job is accepted with its address, shown without paths, and listed', async t => {
  const bed = await serverBed(t)
  const reply = await submit(bed)
  const job = reply.body as Shown
  t.strictSame([reply.status, reply.headers['location']], [202, `/api/jobs/${job.id}`])
  t.match(job, { state: 'queued', tenant: 'sandbox', pipeline: 'export users', params: { select: ['id'] }, by: 'ann' })
  t.notOk(reply.text.includes(bed.folder))
  t.strictSame((await bed.call('GET', `/api/jobs/${job.id}`)).body, job)
  t.match((await bed.call('GET', '/api/jobs')).body, { items: [job] })
  const upload = await sent(bed, 'member\nann@contoso.com\n')
  const add = await submit(bed, {
    pipeline: 'members add',
    tenant: 'contoso',
    upload,
    params: { group: 'Sales' },
    dryRun: true,
  })
  t.match(add.body, { pipeline: 'members add', dryRun: true, writes: true, params: { group: 'Sales' } }, add.text)
  t.notOk(add.text.includes(bed.folder))
  const list = async (query: string) =>
    ((await bed.call('GET', `/api/jobs?${query}`)).body as { items: Shown[] }).items.map(({ tenant }) => tenant)
  t.strictSame(await list('tenant=contoso'), ['contoso'])
  t.strictSame(await list('pipeline=export%20users'), ['sandbox'])
  t.strictSame(await list('state=done&state=failed'), [])
  t.strictSame(await list('state=queued&limit=1'), ['contoso'])
  const { next } = (await bed.call('GET', '/api/jobs?limit=1')).body as { readonly next: string }
  t.strictSame(await list(`limit=1&cursor=${next}`), ['sandbox'])
})

t.test('the same request with the same key is one job, and another one with it is refused', async t => {
  const bed = await serverBed(t)
  const key = { 'idempotency-key': 'monday' }
  const [one, two] = [await submit(bed, exporting, key), await submit(bed, exporting, key)]
  t.equal((one.body as Shown).id, (two.body as Shown).id)
  const other = await submit(bed, { ...exporting, fileName: 'other.csv' }, key)
  t.strictSame(said(other), [422, 'KEY_REUSED', 'The key monday was used for another request.'])
  const operator = await tokenOf(bed, 'op', 'Operator', 'all')
  const another = await bed.call('POST', '/api/jobs', { token: operator, body: exporting, headers: key })
  t.not((another.body as Shown).id, (one.body as Shown).id, 'a key is of a person')
  t.equal(((await bed.call('GET', '/api/jobs')).body as { items: Shown[] }).items.length, 2)
})

t.test('paths and addresses of the caller are refused wherever they stand', async t => {
  const bed = await serverBed(t)
  const refused = async (body: object, detail: string | RegExp) => {
    const reply = await submit(bed, body)
    t.strictSame([reply.status, reply.problem.code], [422, 'OPTION_INVALID'], reply.text)
    t.match(reply.problem.detail, detail)
  }
  const write = { pipeline: 'members add', tenant: 'sandbox' }
  for (const from of ['/etc/passwd', '-', 'sftp://a@evil.example/x.csv', 'http://169.254.169.254/', 7])
    await refused({ ...write, params: { from } }, 'Expected the parameter from to be the id of an upload.')
  for (const fileName of [
    '../users.csv',
    '/tmp/users.csv',
    'a/b.csv',
    'https://x.blob.core.windows.net/c/u.csv',
    '-',
    'users',
    'out/',
  ])
    await refused({ ...exporting, fileName }, /./)
  await refused(
    { ...exporting, fileName: undefined, params: { to: '../../x.csv' } },
    'fileName must be a name without a folder.',
  )
  for (const name of ['credentials', 'passphraseFile', 'passphraseEnv'])
    await refused(
      { pipeline: 'users create', tenant: 'sandbox', params: { [name]: 'x' } },
      `The parameter ${name} of users create cannot be given over REST: it is of the machine that runs the job.`,
    )
  await refused(
    {
      pipeline: 'licenses assign',
      tenant: 'sandbox',
      params: { sku: ['A'], id: ['a@b.com'], also: ['1:from=/etc/passwd'] },
    },
    'The parameter also of licenses assign cannot be given over REST: it is of the machine that runs the job.',
  )
  await refused({ ...exporting, fileName: undefined }, 'export users writes a file, and fileName was not given.')
  await refused(write, 'members add reads a file, and none was given.')
  t.strictSame(readdirSync(join(bed.folder, 'files', 'outputs')), [])
})

t.test('an export writes to a folder of part files, and its files are those that its manifest names', async t => {
  const bed = await serverBed(t)
  const params = { select: ['id'], format: 'csv', partRows: 1000 }
  const reply = await submit(bed, { ...exporting, fileName: 'users/', params })
  const { id } = reply.body as Shown
  t.match(reply.body, { state: 'queued', fileName: 'users/' }, reply.text)
  const files = async () =>
    ((await bed.call('GET', `/api/jobs/${id}/files`)).body as { items: { name: string }[] }).items.map(
      ({ name }) => name,
    )
  t.strictSame(await files(), [])
  const outputs = join(bed.folder, 'files', 'outputs')
  const folder = join(outputs, readdirSync(outputs)[0]!, 'users')
  mkdirSync(folder)
  for (const name of ['part-a-00001.csv', 'part-a-t1-s0-00001.csv.ids']) writeFileSync(join(folder, name), 'id\n')
  t.strictSame(await files(), [], 'parts may be replaced until the load is published')
  writeFileSync(join(folder, '_manifest.json'), JSON.stringify({ files: [{ name: 'part-a-00001.csv' }] }))
  t.strictSame(await files(), ['_manifest.json', 'part-a-00001.csv'])
  t.equal((await bed.call('GET', `/api/jobs/${id}/files/part-a-00001.csv`)).text, 'id\n')
  t.strictSame(said(await bed.call('GET', `/api/jobs/${id}/files/part-a-t1-s0-00001.csv.ids`)).slice(0, 2), [
    404,
    'FILE_UNKNOWN',
  ])
})

t.test('what does not exist or cannot be is refused in one sentence', async t => {
  const bed = await serverBed(t)
  t.strictSame(said(await submit(bed, { ...exporting, pipeline: 'export user' })), [
    422,
    'PIPELINE_UNKNOWN',
    'The server has no pipeline "export user". Did you mean export users?',
  ])
  for (const pipeline of ['../evil.ts', '/tmp/evil.ts', 'http://evil.example/p.ts', 'apply', 'runs undo'])
    t.strictSame(said(await submit(bed, { ...exporting, pipeline })).slice(0, 2), [422, 'PIPELINE_UNKNOWN'], pipeline)
  t.strictSame(said(await submit(bed, { ...exporting, tenant: 'fabrikam' })), [
    422,
    'TENANT_UNKNOWN',
    'The server has no tenant "fabrikam".',
  ])
  t.strictSame(said(await submit(bed, { ...exporting, params: { colour: 'red' } })).slice(0, 2), [
    422,
    'OPTION_INVALID',
  ])
  t.strictSame(said(await submit(bed, { ...exporting, upload: '00000000-0000-4000-8000-000000000000', params: {} })), [
    404,
    'UPLOAD_UNKNOWN',
    'There is no upload with this id.',
  ])
  t.strictSame(
    said(await submit(bed, { ...exporting, at: '2026-01-01T00:00:00Z', notAfter: '2020-01-01T00:00:00Z' })),
    [422, 'OPTION_INVALID', 'Expected notAfter to be later than now and than at.'],
  )
  t.strictSame(said(await submit(bed, { ...exporting, at: '2020-01-01T00:00:00Z' })), [
    422,
    'OPTION_INVALID',
    'at 2020-01-01T00:00:00Z is over.',
  ])
  t.strictSame(said(await submit(bed, { ...exporting, quotaShare: 0.5 })), [
    422,
    'OPTION_INVALID',
    'quotaShare has no effect on export users, which makes no changes to a directory.',
  ])
  t.strictSame(said(await submit(bed, { ...exporting, limit: 3, params: { limit: 4 } })), [
    422,
    'OPTION_INVALID',
    'Only one of limit and params.limit can be given.',
  ])
  t.match((await submit(bed, { ...exporting, limit: 3 })).body, { params: { limit: 3 } }, 'it ends the listing')
  t.strictSame(said(await submit(bed, { ...exporting, reasons: 'x' })), [
    422,
    'OPTION_INVALID',
    'reasons is unknown. Did you mean reason?',
  ])
})

t.test("another tenant's job is unknown in every address, and in no list", async t => {
  const bed = await serverBed(t)
  const { id } = (await submit(bed)).body as Shown
  const foreign = await tokenOf(bed, 'foreign', 'Admin', ['contoso'], 'eve')
  const unknown = [404, 'JOB_UNKNOWN', `Job ${id} was not found.`]
  for (const [method, path, body] of [
    ['GET', '', undefined],
    ['GET', '/results', undefined],
    ['GET', '/files', undefined],
    ['GET', '/files/users.csv', undefined],
    ['GET', '/events', undefined],
    ['POST', '/cancel', undefined],
    ['POST', '/reject', undefined],
    ['POST', '/resume', undefined],
    ['POST', '/approve', { planHash: '0'.repeat(64) }],
    ['POST', '/retry', { outcomes: ['failed'] }],
    ['POST', '/undo', undefined],
    ['DELETE', '', undefined],
  ] as const)
    t.strictSame(
      said(await bed.call(method, `/api/jobs/${id}${path}`, { token: foreign, body })),
      unknown,
      `${method} ${path}`,
    )
  t.strictSame(
    said(await bed.call('GET', `/api/automation/bulk-licenses/operations/${id}`, { token: foreign })),
    unknown,
  )
  t.strictSame((await bed.call('GET', '/api/jobs', { token: foreign })).body, { items: [] })
  // As one that the server does not have.
  for (const tenant of ['sandbox', 'sandbx'])
    t.strictSame(said(await bed.call('GET', `/api/jobs?tenant=${tenant}`, { token: foreign })), [
      422,
      'TENANT_UNKNOWN',
      `The server has no tenant "${tenant}".`,
    ])
  const audit = (await bed.call('GET', '/api/audit', { token: foreign })).body as { items: { job: string }[] }
  t.strictSame(
    audit.items.filter(({ job }) => !job.startsWith('access/')),
    [],
  )
  t.match((await bed.call('GET', '/metrics', { token: foreign })).text, /^entrapipe_jobs\{state="queued"\} 0$/m)
  t.strictSame((await bed.call('GET', '/api/tenants', { token: foreign })).body, {
    items: [{ name: 'contoso', tags: [] }],
  })
  t.strictSame(said(await bed.call('POST', '/api/jobs', { token: foreign, body: exporting })).slice(0, 2), [
    422,
    'TENANT_UNKNOWN',
  ])
  t.match((await bed.call('GET', `/api/jobs/${id}`)).body, { state: 'queued' }, 'and nothing has happened to it')
})

t.test('an approval names the plan that was looked at', async t => {
  const bed = await serverBed(t)
  const { id } = (await submit(bed)).body as Shown
  for (const body of [undefined, {}, { planHash: 'latest' }]) {
    const answer = await bed.call('POST', `/api/jobs/${id}/approve`, { body })
    t.equal(answer.status, 422, answer.text)
    t.match(answer.problem.detail, /planHash/)
  }
})

t.test('a server whose disk is full is not ready', async t => {
  let left = 1e9
  const bed = await serverBed(t, { free: async folder => (folder.endsWith('files') ? left : 1e9) })
  const ready = () => bed.call('GET', '/readyz', { token: null })
  t.equal((await ready()).status, 200)
  left = 1e6
  t.strictSame(said(await ready()), [503, 'SERVER_UNAVAILABLE', 'A disk with the state or the files of jobs is full.'])
})

t.test('readers only read, operators do not approve, and an upload is of who sent it', async t => {
  const bed = await serverBed(t)
  const [reader, operator] = [await tokenOf(bed, 'r', 'Reader', 'all'), await tokenOf(bed, 'o', 'Operator', 'all')]
  const { id } = (await submit(bed)).body as Shown
  t.equal((await bed.call('GET', `/api/jobs/${id}`, { token: reader })).status, 200)
  t.equal((await bed.call('POST', '/api/jobs', { token: reader, body: exporting })).status, 403)
  t.equal((await bed.call('DELETE', `/api/jobs/${id}`, { token: reader })).status, 403)
  t.equal(
    (await bed.call('POST', `/api/jobs/${id}/approve`, { token: operator, body: { planHash: '0'.repeat(64) } })).status,
    403,
  )
  const upload = await sent(bed, 'member\nann@contoso.com\n')
  const body = { pipeline: 'members add', tenant: 'sandbox', upload }
  t.strictSame(said(await bed.call('POST', '/api/jobs', { token: operator, body })).slice(0, 2), [
    404,
    'UPLOAD_UNKNOWN',
  ])
})

t.test('a job is cancelled once and deleted once, and its audit stays', async t => {
  const bed = await serverBed(t)
  const { id } = (await submit(bed)).body as Shown
  t.strictSame(said(await bed.call('DELETE', `/api/jobs/${id}`)), [
    409,
    'JOB_STATE',
    `Job ${id} cannot be deleted: it is queued.`,
  ])
  t.match(await bed.call('POST', `/api/jobs/${id}/cancel`), { status: 202, body: { id, state: 'cancelled' } })
  t.strictSame(said(await bed.call('POST', `/api/jobs/${id}/cancel`)).slice(0, 2), [409, 'JOB_STATE'])
  t.equal((await bed.call('DELETE', `/api/jobs/${id}`)).status, 204)
  t.strictSame(said(await bed.call('DELETE', `/api/jobs/${id}`)), [404, 'JOB_UNKNOWN', `Job ${id} was not found.`])
  const { items } = (await bed.call('GET', `/api/audit?job=${id}`)).body as { items: { action: string }[] }
  t.strictSame(
    items.map(({ action }) => action),
    ['delete', 'cancel', 'submit'],
  )
  for (const odd of ['http:%2F%2Fx', '..', 'j%00', 'J1', "j' or 1=1"])
    t.equal((await bed.call('GET', `/api/jobs/${odd}`)).status, 404, odd)
})

t.test(
  'of 1,000 requests at once each is accepted or is to be sent later, and every accepted one is listed',
  async t => {
    const bed = await serverBed(t, { requestsPerMinute: 600 })
    const replies = await Promise.all(Array.from({ length: 1000 }, () => submit(bed)))
    t.strictSame(new Set(replies.map(({ status }) => status)), new Set([202, 429]))
    const accepted = replies.filter(({ status }) => status === 202).map(({ body }) => (body as Shown).id)
    t.equal(accepted.length, 600)
    const other = await bed.tables.query('select id from jobs')
    t.strictSame(new Set(other.map(({ id }) => String(id))), new Set(accepted))
  },
)

t.test('licences are changed for the users of a selection', async t => {
  const bed = await serverBed(t)
  const send = (verb: string, body: object) =>
    bed.call('POST', `/api/automation/bulk-licenses/${verb}`, { body: { tenant: 'sandbox', ...body } })
  const assigned = await send('assign', {
    selection: [
      { group: 'Sales', transitive: true },
      { op: 'only', filter: "department eq 'Sales, North'" },
      { op: 'except', ids: ['a@contoso.com', 'b@contoso.com'] },
      { op: 'except', has: 'SPE_E5' },
    ],
    skus: ['SPE_E3'],
    disablePlans: ['SWAY'],
    untilSeats: true,
    dryRun: true,
  })
  t.match(
    assigned.body,
    {
      pipeline: 'licenses assign',
      dryRun: true,
      params: {
        group: ['Sales'],
        transitive: true,
        only: ["1:filter=department eq 'Sales, North'"],
        except: ['2:id=a@contoso.com', '2:id=b@contoso.com', '3:has=SPE_E5'],
        sku: ['SPE_E3'],
        disablePlans: ['SWAY'],
        untilSeats: true,
      },
    },
    assigned.text,
  )
  t.equal((await send('remove', { selection: [{ ids: ['a@b.com'] }], skus: 'all' })).status, 202)
  t.equal(
    (await send('transfer', { selection: [{ has: 'SPE_E3' }], skus: ['SPE_E3'], to: 'SPE_E5', newPlans: 'off' }))
      .status,
    202,
  )
  t.equal(
    (await send('modify', { selection: [{ has: 'SPE_E3' }], skus: ['SPE_E3'], enablePlans: ['SWAY'] })).status,
    202,
  )
  const upload = await sent(bed, 'userPrincipalName\na@b.com\n')
  t.equal(
    (await send('assign', { selection: [{ upload }, { op: 'except', group: 'Sales' }], skus: ['SPE_E3'] })).status,
    202,
  )
  const { items } = (await bed.call('GET', '/api/automation/bulk-licenses/operations')).body as { items: Shown[] }
  t.strictSame(items.map(({ pipeline }) => pipeline).sort(), [
    ...['licenses assign', 'licenses assign', 'licenses modify', 'licenses remove', 'licenses transfer'],
  ])
  const listed = async (query: string) =>
    ((await bed.call('GET', `/api/automation/bulk-licenses/operations?${query}`)).body as { items: Shown[] }).items
      .length
  t.equal(await listed('pipeline=licenses%20assign&state=queued'), 2)
  t.equal(await listed('state=running&state=done'), 0)
  t.equal((await bed.call('GET', '/api/automation/bulk-licenses/operations?pipeline=users%20create')).status, 422)
  const { id } = (await submit(bed)).body as Shown
  t.equal((await bed.call('GET', `/api/automation/bulk-licenses/operations/${id}`)).status, 404)
  t.equal((await bed.call('GET', `/api/automation/bulk-licenses/operations/${items[0]!.id}`)).status, 200)

  const refused = async (verb: string, body: object, detail: RegExp) => {
    const reply = await send(verb, body)
    t.equal(reply.status, 422, reply.text)
    t.match(reply.problem.detail, detail)
  }
  await refused('assign', { selection: [], skus: ['A'] }, /selection/)
  await refused('assign', { selection: [{}], skus: ['A'] }, /^The first term of a selection chooses no users\.$/)
  await refused(
    'assign',
    { selection: [{ op: 'also', group: 'A' }], skus: ['A'] },
    /^The first term of a selection has no op\.$/,
  )
  await refused(
    'assign',
    { selection: [{ group: 'A' }, { group: 'B' }], skus: ['A'] },
    /^Term 2 of the selection has no op\.$/,
  )
  await refused('assign', { selection: [{ group: 'A', filter: 'x eq 1' }], skus: ['A'] }, /^One term chooses users by/)
  await refused('assign', { selection: [{ group: 'A' }] }, /^skus is missing\.$/)
  await refused('assign', { selection: [{ group: 'A' }], skus: ['A'], to: 'B' }, /^to is unknown\./)
  await refused(
    'assign',
    { selection: [{ group: 'A' }], skus: ['A'], onlyPlans: ['X'], disablePlans: ['Y'] },
    /Only one of/,
  )
  await refused('transfer', { selection: [{ group: 'A' }], skus: ['A'] }, /^to is missing\.$/)
})

t.test('figures are those of the jobs, in OpenMetrics', async t => {
  const bed = await serverBed(t)
  await submit(bed)
  const jobs = jobStore(bed.tables, systemClock)
  const running = ((await submit(bed)).body as { id: string }).id
  await jobs.change(running, ['queued'], { state: 'running', holder: 'me' }, { who: 'root', action: 'start' })
  await jobs.tell(running, 'me', {
    progress: {
      ...{ doing: 'running', rows: 7, total: null, rowsPerSecond: 2.5, secondsLeft: null, boundBy: 'quota' },
      ...{ requests: 11, units: 13, throttled: 3 },
    },
  })
  const { text, headers } = await bed.call('GET', '/metrics')
  for (const sample of ['rows 7', 'rows_per_second 2.5', 'requests 11', 'resource_units 13', 'throttled_requests 3'])
    t.match(text, new RegExp(`^entrapipe_running_${sample}$`, 'm'))
  t.match(headers['content-type'], /^application\/openmetrics-text; version=1\.0\.0/)
  t.match(text, /^entrapipe_jobs\{state="queued"\} 1$/m)
  t.match(text, /^entrapipe_http_replies_total\{status="202"\} 2$/m)
  t.match(text, /# EOF\n$/)
  t.equal((await bed.call('GET', '/readyz', { token: null })).status, 200)
  t.equal((await bed.call('GET', '/healthz', { token: null })).status, 200)
})
