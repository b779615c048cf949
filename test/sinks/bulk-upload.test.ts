import t, { type Test } from 'tap'
import { bulkUpload, scimUser, type BulkUploadOptions } from '../../src/sinks/bulk-upload.ts'
import type { Graph } from '../../src/core/graph.ts'
import { jobOf } from '../../src/sandbox/resources/provisioning.ts'
import { jsonl } from '../../src/sources/jsonl.ts'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clientOf, operations } from '../engine/changes/steps-plan.ts'
import { sandboxBed } from '../engine/changes/sandbox-bed.ts'
import type { RunRequest } from '../../src/engine/run-request.ts'

type Row = Readonly<Record<string, unknown>>

const person = (id: number, more: Row = {}): Row => ({
  employeeId: String(id),
  userPrincipalName: `upload${id}@contoso.com`,
  displayName: `Upload ${id}`,
  accountEnabled: true,
  ...more,
})

/** A sandbox whose provisioning service works at once, and a plan that uploads rows to it. */
const atOnce = { provisioningCycleMs: 0, provisioningLogMs: 0 }

type Ids = Pick<BulkUploadOptions<Row>, 'servicePrincipal' | 'job'>

const allRoles = [
  'Application.Read.All',
  'Synchronization.Read.All',
  'AuditLog.Read.All',
  'SynchronizationData-User.Upload',
]

const scene = async (
  t: Test,
  knobs: object = atOnce,
  options: Pick<BulkUploadOptions<Row>, 'active'> = {},
  roles: readonly string[] = allRoles,
) => {
  const bed = await sandboxBed(t, [])
  await bed.control('PUT', '/knobs', knobs)
  const { accessToken } = JSON.parse(await bed.control('POST', '/tokens', { roles })) as {
    readonly accessToken: string
  }
  const graph = clientOf([bed.sandbox.baseUrl, bed.sandbox.tenantId, accessToken])
  t.teardown(() => graph.close())
  const [servicePrincipal] = await bed.ids('/servicePrincipals?$select=id&$top=1')
  const job = jobOf({ tenantId: bed.sandbox.tenantId }, servicePrincipal!)
  const upload = (rows: readonly Row[], more: Partial<RunRequest> = {}, ids: Partial<Ids> = {}) => {
    const plan = {
      source: jsonl<Row>({ from: 'in.jsonl' }),
      sink: bulkUpload<Row>({ servicePrincipal: servicePrincipal!, job, ...options, ...ids }),
    }
    writeFileSync(join(bed.folder, 'in.jsonl'), rows.map(row => `${JSON.stringify(row)}\n`).join(''))
    return bed.run(plan, { graph, operations, changing: { lagBoundMs: 0 }, ...more })
  }
  const results = (run: string) =>
    bed.store.read(run, async reader =>
      (await reader.readRows({ limit: 1000 })).map(({ result: { outcome, code, message } }) => [
        outcome,
        code,
        message,
      ]),
    )
  const uploads = async (): Promise<number> => {
    const { requests } = JSON.parse(await bed.control('GET', '/log?last=1000')) as {
      readonly requests: readonly { readonly url: string; readonly batch?: string }[]
    }
    return requests.filter(({ url: asked, batch }) => asked.endsWith('/bulkUpload') && batch === undefined).length
  }
  return { bed, upload, results, uploads, graph }
}

t.test('rows are uploaded 50 in a request, and have the results of the provisioning log', async t => {
  const { bed, upload, results, uploads } = await scene(t)
  const rows = Array.from({ length: 120 }, (_, at) => person(at + 1))
  const first = await upload(rows)
  t.match(first, { end: 'done', manifest: { counts: { done: 120 } } })
  t.equal(await uploads(), 3)
  const users = await bed.graph.request<{ readonly value: readonly Row[] }>({
    method: 'GET',
    url: "/users?$filter=startswith(userPrincipalName,'upload')&$select=employeeId&$top=999",
  })
  t.equal(users.body.value.length, 120)
  const changed = [person(1), person(2, { jobTitle: 'Guide' }), person(3, { userPrincipalName: 'x@nobody.example' })]
  const second = await upload(changed)
  t.match(await results(second.run), [
    ['unchanged', undefined, /skipped/],
    ['done', undefined, 'The service says: update.'],
    ['failed', 'AzureActiveDirectoryInvalidUserPrincipalName', 'Domain does not exist.'],
  ])
})

t.test('a row that the log does not show is decided again, and is unknown after an hour', async t => {
  const { upload, results } = await scene(t, { provisioningCycleMs: 0, provisioningLogMs: 3_600_000_000 })
  let now = Date.now()
  const slept: number[] = []
  const clock = {
    now: () => now,
    async sleep(ms: number) {
      slept.push(ms)
      now += ms * 60
    },
  }
  const { run } = await upload([person(1)], { clock })
  t.match(await results(run), [['unknown', 'UNKNOWN_OUTCOME', /says nothing about it after 60 minutes/]])
  t.ok(slept.includes(10_000))
})

t.test(
  'a run that was stopped while it waited for the log reads it when it is resumed, and uploads nothing again',
  async t => {
    const { bed, upload, results, uploads } = await scene(t, { provisioningCycleMs: 0, provisioningLogMs: 600_000 })
    const stop = new AbortController()
    const clock = {
      now: () => Date.now(),
      async sleep(ms: number, signal?: AbortSignal) {
        if (ms > 9_000) stop.abort(new Error('stopped'))
        signal?.throwIfAborted()
      },
    }
    await t.rejects(upload([person(1), person(2)], { clock, signal: stop.signal }), { message: 'stopped' })
    const [info] = await bed.store.list()
    t.match(await bed.store.read(info!.id, run => run.phase('main').ledger().count()), { sent: 2, settled: 0 })
    await bed.control('POST', '/clock', { forwardMs: 600_000 })
    t.match(await upload([person(1), person(2)], { resume: info!.id }), { end: 'done' })
    t.match(await results(info!.id), [['done'], ['done']])
    t.equal(await uploads(), 1)
  },
)

t.test('a wrong job or service principal is refused before anything is sent', async t => {
  const { upload, uploads } = await scene(t)
  const refused = async (ids: Partial<Ids>, message: RegExp) =>
    t.rejects(upload([person(1)], {}, ids), { code: 'OPTION_INVALID', message, fix: /View technical information/ })
  await refused({ job: 'API2AAD.0' }, /has no service principal \S+ with the job "API2AAD.0"/)
  await refused({ servicePrincipal: '00000000-0000-4000-8000-000000000001' }, /has no service principal 00000000/)
  await refused({ servicePrincipal: 'Upload' }, /the object id of the provisioning app, got "Upload"/)
  await refused({ job: ' ' }, /job is empty/)
  t.equal(await uploads(), 0)
})

t.test('a sign-in that may not read jobs uploads, and a wrong job then fails its rows with what to do', async t => {
  const { upload, bed } = await scene(t, atOnce, {}, ['AuditLog.Read.All', 'SynchronizationData-User.Upload'])
  t.match(await upload([person(1)]), { manifest: { counts: { done: 1 } } })
  const { run } = await upload([person(2)], {}, { job: 'API2AAD.0' })
  const failures = await bed.store.read(run, reader => reader.readRows({ limit: 10 }))
  t.match(failures, [{ result: { outcome: 'failed', status: 404, fix: /Provisioning API endpoint/ } }])
})

t.test('users whose upload a process announced before it died are uploaded when the run is resumed', async t => {
  const { bed, graph, upload, results, uploads } = await scene(t)
  const died = new Error('died')
  const stop = new AbortController()
  const dying: Graph = {
    ...graph,
    submission: options =>
      graph.submission({
        ...options,
        async leaving(requests) {
          await options.leaving(requests)
          stop.abort(died)
          throw died
        },
        ended: () => undefined,
      }),
  }
  const rows = Array.from({ length: 60 }, (_, at) => person(at + 1))
  await t.rejects(upload(rows, { graph: dying, signal: stop.signal }), died)
  const [info] = await bed.store.list()
  t.match(await bed.store.read(info!.id, run => run.phase('main').ledger().count()), { sent: 60, settled: 0 })
  t.equal(await uploads(), 0)
  await upload(rows, { resume: info!.id })
  t.strictSame(new Set((await results(info!.id)).map(([outcome]) => outcome)), new Set(['done']))
  t.equal(await uploads(), 2)
})

t.test('a row without its employeeId fails before anything is sent, and the others are uploaded', async t => {
  const { upload, results } = await scene(t)
  const { run } = await upload([person(1), { displayName: 'Nobody', accountEnabled: true }])
  t.match(await results(run), [['done'], ['failed', 'ROW_INVALID', 'employeeId is empty: it identifies the person.']])
  for (const [row, column] of [
    [{ externalId: ' ' }, 'externalId'],
    [{ externalId: '', employeeId: '' }, 'employeeId'],
  ] as const)
    t.throws(() => scimUser(row, 'omit'), { code: 'ROW_INVALID', facts: { column } })
})

t.test('a cell of blanks is an empty one', t => {
  const blank = {
    externalId: '  ',
    manager: '  ',
    department: '   ',
    mobilePhone: ' ',
    'urn:contoso:employee:Badge': ' ',
  }
  t.strictSame(scimUser({ ...person(1), ...blank }), scimUser(person(1)))
  t.end()
})

t.test('a word that is neither true nor false fails its row, and so does a row that does not say it', async t => {
  const active = (accountEnabled: unknown, missing?: boolean | 'omit') =>
    scimUser({ ...person(1), accountEnabled }, missing)['active']
  for (const word of [true, 'TRUE', ' yes ', 'Ja', '1', 1]) t.equal(active(word), true, String(word))
  for (const word of [false, ' false ', 'No', 'Nein', '0', 0]) t.equal(active(word), false, String(word))
  for (const word of ['N', 'disabled', 'Terminated', 'FALSCH'])
    t.throws(() => active(word, true), {
      code: 'ROW_INVALID',
      facts: { column: 'accountEnabled' },
      message: `Expected accountEnabled to be true or false, got "${word}".`,
    })
  for (const empty of [undefined, null, '', ' ']) {
    t.throws(() => active(empty), { code: 'ROW_INVALID', fix: /option `active`/ })
    t.strictSame([active(empty, true), active(empty, false), active(empty, 'omit')], [true, false, undefined])
  }
})

t.test('rows that leave active to the service count as disabled, and columns that are not used are named', async t => {
  const knobs = { ...atOnce, missingActiveDisables: true }
  const { bed, upload, results } = await scene(t, knobs, { active: 'omit' })
  await upload([person(1)])
  const silent = {
    ...person(1),
    accountEnabled: '',
    officeLocation: 'B1',
    'urn:contoso:employee:HireDate': '2026-01-31',
  }
  const dry = await upload([silent], { changing: { lagBoundMs: 0, dryRun: true } })
  t.match(dry.changes?.preview, {
    removals: [{ what: 'disable', count: 1 }],
    notes: ['Columns that are not used: officeLocation.'],
  })
  const { run, manifest } = await upload([silent])
  t.match(await results(run), [['done', undefined, 'The service says: disable.']])
  t.strictSame(manifest?.notes, ['Columns that are not used: officeLocation.'])
  const { body } = await bed.graph.request<{ readonly value: readonly Row[] }>({
    method: 'GET',
    url: "/users?$filter=employeeId eq '1'&$select=accountEnabled",
  })
  t.strictSame(
    body.value.map(({ accountEnabled }) => accountEnabled),
    [false],
  )
})

t.test('keys have no blanks at their ends, and an invisible character fails the row', async t => {
  t.match(scimUser({ ...person(7), employeeId: ' 7\u00a0', manager: '8 ' }), {
    externalId: '7',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { employeeNumber: '7', manager: { value: '8' } },
  })
  t.throws(() => scimUser({ ...person(7), employeeId: '\u200b7' }), {
    code: 'ROW_INVALID',
    message: 'employeeId has the character U+200B, which cannot be seen.',
  })
})

t.test('options that the upload does not have, or with other values, are refused at once', async t => {
  const ids = { servicePrincipal: 'a', job: 'b' }
  for (const [options, message] of [
    [{ job: 'b' }, 'bulkUpload needs servicePrincipal: the object id of the provisioning app, got nothing'],
    [{ ...ids, actve: true }, 'bulkUpload has no option actve. Did you mean active?'],
    [{ ...ids, active: 'omitt' }, `Expected active of bulkUpload to be true, false or 'omit', got "omitt"`],
    [{ ...ids, user: {} }, 'Expected user of bulkUpload to be a function of a value, got an object'],
  ] as const)
    t.throws(() => bulkUpload(options as never), { code: 'OPTION_INVALID', message })
})

t.test('a row becomes a SCIM user with what it has', async t => {
  const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
  t.strictSame(
    scimUser({
      ...person(7, { accountEnabled: 'No', mail: 'a@contoso.com', city: 'Rome', department: '', manager: 8 }),
      givenName: 'Ann',
      businessPhones: ['+39 06 1'],
      'urn:contoso:employee:HireDate': '2026-01-31',
    }),
    {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise, 'urn:contoso:employee'],
      externalId: '7',
      userName: 'upload7@contoso.com',
      displayName: 'Upload 7',
      name: { givenName: 'Ann' },
      active: false,
      emails: [{ type: 'work', primary: true, value: 'a@contoso.com' }],
      addresses: [{ type: 'work', locality: 'Rome' }],
      phoneNumbers: [{ type: 'work', value: '+39 06 1' }],
      [enterprise]: { employeeNumber: '7', manager: { value: '8' } },
      'urn:contoso:employee': { HireDate: '2026-01-31' },
    },
  )
})
