import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { newOutputIn } from '../../src/api/jobs/new-output.ts'
import { writeSandboxTenants } from '../../src/cli/tenants/sandbox-tenants.ts'
import { systemClock } from '../../src/core/clock.ts'
import { launchChild } from '../../src/jobs/child.ts'
import { jobHub } from '../../src/jobs/job-hub.ts'
import { jobStore } from '../../src/jobs/job-store.ts'
import { openJobs } from '../../src/jobs/jobs.ts'
import { jobWorker } from '../../src/jobs/worker.ts'
import { wholeStore } from '../../src/jobs/wholes/whole-store.ts'
import { createSandbox } from '../../src/sandbox/create-sandbox.ts'
import { openStore } from '../../src/store/open-store.ts'
import { openTables } from '../../src/store/tables/open-tables.ts'
import { fakeEnvironment } from '../tenants/fake-environment.ts'
import { ann, bob } from './job-bed.ts'

const folder = t.testdir({})
const path = (name: string): string => join(folder, name)
const sandbox = await createSandbox({ tls: false, users: 40, tenants: 6, stateDir: path('sandbox') })
t.teardown(() => sandbox.close())
const config = await writeSandboxTenants(folder, sandbox)
const tenantIds = [sandbox, ...sandbox.others!].map(({ tenantId }) => tenantId)
const control = async (path: string, method = 'GET', body?: object): Promise<string> => {
  const headers = { 'x-sandbox-key': sandbox.controlKey }
  const reply = await fetch(`${sandbox.controlUrl}${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  })
  return reply.text()
}
// One tenant has revoked the secret, one has not consented to the app, and the delegated access to one is over.
const { clientId, secretFile, refreshTokenFile } = sandbox.shared!
const written = JSON.parse(readFileSync(config, 'utf8')) as { readonly tenants: Record<string, object> }
writeFileSync(path('revoked'), 'revoked', { mode: 0o600 })
const secret = { file: secretFile }
for (const [name, changed] of Object.entries({
  'sandbox-3': { credential: { kind: 'secret', secret: { file: path('revoked') } } },
  'sandbox-5': { clientId, credential: { kind: 'secret', secret } },
  'sandbox-6': {
    clientId,
    credential: {
      ...{ kind: 'refresh-token', partnerTenantId: sandbox.tenantId, secret },
      refreshToken: { file: refreshTokenFile },
    },
  },
}))
  written.tenants[name] = { ...written.tenants[name], ...changed }
writeFileSync(config, JSON.stringify(written))
await control(`/tenants/${tenantIds[5]}/consent`, 'PUT')
await control('/relationships', 'PUT', { customer: tenantIds[5], endDateTime: '2026-01-31T10:00:00.000Z' })

const variables = { ENTRAPIPE_STORE: path('store'), ENTRAPIPE_CONFIG: config }
const environment = fakeEnvironment(folder, variables)
const runs = openStore({ environment, clock: systemClock })
const tables = await openTables(runs.folder, systemClock)
const store = jobStore(tables, systemClock)
const said: string[] = []
const hub = jobHub()
const worker = jobWorker({
  ...{ id: 'worker', jobs: store, runs, clock: systemClock, changed: hub.changed },
  launch: launchChild(line => said.push(line), { ...process.env, NODE_OPTIONS: '', ...variables }),
  say: line => said.push(line),
})
const jobs = openJobs({
  ...{ store, runs, hub, environment, clock: systemClock, wake: () => undefined },
  ...{ cancel: worker.cancel, forget: worker.forget, wholes: wholeStore(tables, systemClock) },
})
t.teardown(async () => {
  await tables.close()
  await runs.close()
})
const drain = async () => {
  for (let tickets = await store.tickets(); tickets.length > 0; tickets = await store.tickets())
    for (const ticket of tickets) await worker.run(ticket)
}
/** A user whom only the first tenant has. */
const known = sandbox.sample.userPrincipalName
const truthOf = async (tenant: string): Promise<readonly { readonly created: number; readonly deleted: number }[]> => {
  const lines = (await control(`/tenants/${tenant}/truth?kind=user`)).split('\n').filter(line => line !== '')
  return lines
    .map(line => JSON.parse(line) as { created: number; deleted: number })
    .filter(({ created }) => created > 0)
}

t.test('one job exports several tenants, each to a file of its own, and one that fails stops none', async t => {
  const parts = []
  for (const tenant of Object.keys(written.tenants))
    parts.push({ tenant, paths: { to: await newOutputIn(path('outputs'))('users.jsonl') } })
  const { id } = await jobs.submitWhole({ pipeline: 'export users', params: { select: ['id'] }, parts }, ann)
  await drain()
  t.match(await jobs.get(id), {
    ...{ state: 'done', status: 'Failed', reason: 'NotAllTenantsSucceeded', parts: { done: 3, failed: 3 } },
    counts: { rows: 120, done: 120 },
  })
  const each = await jobs.parts(id)
  for (const [at, message] of [
    [2, /^The client secret of app .* is wrong/],
    [4, /^The app .* was not found in tenant/],
    [5, /ended on 2026-01-31: the relationship ".*" expired/],
  ] as const)
    t.match(each[at], { tenant: `sandbox-${at + 1}`, state: 'failed', error: { message } }, said.join('\n'))
  t.match(
    each[4]!.error?.fix,
    new RegExp(`Consent is given at .*/${tenantIds[4]}/adminconsent\\?client_id=${clientId}`),
  )
  const files = [parts[0]!, parts[1]!, parts[3]!].map(({ paths }) => readFileSync(paths.to, 'utf8').trim().split('\n'))
  t.strictSame(
    files.map(lines => lines.length),
    [40, 40, 40],
  )
  t.equal(new Set(files.flat()).size, 120)
})

t.test('what deletes in several tenants waits until its plans are looked at, and is then done in each', async t => {
  const tenants = ['sandbox-1', 'sandbox-2']
  const people = tenants.map((_, at) => {
    const domain = at === 0 ? 'contoso.com' : 'contoso2.com'
    const file = path(`people-${at}.csv`)
    writeFileSync(
      file,
      `displayName,userPrincipalName,mailNickname,accountEnabled,password\nZoe,zoe@${domain},zoe,true,Pa55-w0rd-zoe\n`,
    )
    return { tenant: tenants[at]!, paths: { from: file } }
  })
  const created = await jobs.submitWhole({ pipeline: 'users create', params: {}, parts: people }, ann)
  await drain()
  t.match(await jobs.get(created.id), { state: 'done', status: 'Succeeded', counts: { done: 2 } }, said.join('\n'))

  const undone = await jobs.undo(created.id, ann)
  t.match(undone, { tenant: '*', parent: created.id, pipeline: 'runs undo' })
  await drain()
  const waiting = await jobs.get(undone.id)
  t.match(
    waiting,
    { state: 'awaiting-approval', approver: 'anybody', parts: { 'awaiting-approval': 2 } },
    said.join('\n'),
  )
  t.equal((await truthOf(tenantIds[0]!)).filter(({ deleted }) => deleted > 0).length, 0, 'nothing was sent before')
  await t.rejects(jobs.approve(undone.id, { ...bob, isApp: true }, waiting.planHash!), { code: 'APPROVAL_REFUSED' })
  await t.rejects(jobs.approve(undone.id, ann, '0'.repeat(64)), { code: 'PLAN_REFUSED' })
  await jobs.approve(undone.id, ann, waiting.planHash!)
  await drain()
  t.match(await jobs.get(undone.id), { state: 'done', status: 'Succeeded', counts: { done: 2 } }, said.join('\n'))
  for (const tenant of tenantIds.slice(0, 2)) t.match(await truthOf(tenant), [{ created: 1, deleted: 1 }])
  t.strictSame(await truthOf(tenantIds[3]!), [])
})

t.test('failed rows are sent again in the tenants that have some', async t => {
  const file = path('moved.csv')
  writeFileSync(file, `userPrincipalName,department\n${known},Sales\n`)
  const parts = ['sandbox-1', 'sandbox-2'].map(tenant => ({ tenant, paths: { from: file } }))
  const { id } = await jobs.submitWhole({ pipeline: 'users update', params: {}, parts }, ann)
  await drain()
  t.match(await jobs.approve(id, ann, (await jobs.get(id)).planHash!), { parts: { queued: 1, done: 1 } })
  await drain()
  t.match(await jobs.get(id), { status: 'Failed', counts: { rows: 2, done: 1, failed: 1 } }, said.join('\n'))
  const again = await jobs.retry(id, ['failed'], ann)
  t.match(again, { tenants: ['sandbox-2'], parent: id, parts: { queued: 1 } })
  await jobs.cancel(again.id, ann)
  await t.rejects(jobs.retry(id, ['unknown'], ann), { code: 'JOB_STATE' })
})

t.test('cancel, reject and delete act on all of its jobs', async t => {
  const parts = ['sandbox-1', 'sandbox-2'].map(tenant => ({ tenant, paths: { to: path(`${tenant}.csv`) } }))
  const { id } = await jobs.submitWhole({ pipeline: 'export users', params: { select: ['id'] }, parts }, ann)
  await t.rejects(jobs.remove(id, ann), { code: 'JOB_STATE' })
  await t.rejects(jobs.reject(id, bob), { code: 'JOB_STATE' })
  t.match(await jobs.cancel(id, ann), { state: 'cancelled', parts: { cancelled: 2 } })
  await t.rejects(jobs.cancel(id, ann), { code: 'JOB_STATE' })
  const [one] = await jobs.parts(id)
  await t.rejects(jobs.remove(one!.id, ann), { code: 'JOB_STATE', message: /belongs|deleted alone/ })
  t.match(await jobs.resume(id, ann), { state: 'queued', parts: { queued: 2 } })
  await jobs.cancel(id, ann)
  await jobs.remove(id, ann)
  await t.rejects(jobs.get(id), { code: 'JOB_UNKNOWN' })
  t.strictSame(await jobs.parts(id), [])
})
