import { writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import t from 'tap'
import { createdBy, type OperationRow } from '../../../src/core/operation.ts'
import { graph as graphSink } from '../../../src/sinks/graph.ts'
import { jsonl } from '../../../src/sources/jsonl.ts'
import { undo } from '../../../src/sources/undo.ts'
import { sandboxBed } from './sandbox-bed.ts'
import { clientOf } from './steps-plan.ts'

const otherTenant = '0b2a9d1c-1111-4222-8333-444455556666'

/** A run of tenant A with changes left, and a client of tenant B that reaches the same service. */
const twoTenants = async (t: Parameters<typeof sandboxBed>[0]) => {
  const bed = await sandboxBed(t, [])
  const users = (await bed.ids('/users?$select=id&$top=50')).slice(0, 4)
  bed.input(users.map(user => [{ kind: 'update-user', value: { user, jobTitle: 'Lead' } }]))
  const { run } = await bed.change({ mostChanges: 2 })
  const { accessToken } = JSON.parse(await bed.control('POST', '/tokens', {})) as { readonly accessToken: string }
  const other = clientOf([bed.sandbox.baseUrl, otherTenant, accessToken])
  t.teardown(() => other.close())
  await bed.control('DELETE', '/counters')
  const writes = async (): Promise<unknown> =>
    (JSON.parse(await bed.control('GET', '/counters')) as { readonly writes: { readonly attempted: unknown } }).writes
      .attempted
  /** Lets the index say that the run is another tenant's. */
  const alter = (): void => {
    const index = new DatabaseSync(join(bed.folder, 'store', 'index.sqlite'))
    const { changes } = index
      .prepare('update runs set tenant = replace(tenant, ?, ?)')
      .run(bed.sandbox.tenantId, otherTenant)
    index.close()
    t.equal(changes, 1)
  }
  return { bed, run, other, writes, alter }
}

t.test('a run of one tenant is neither resumed, retried nor undone with the client of another', async t => {
  const { bed, run, other, writes } = await twoTenants(t)
  const undoing = { source: undo({ run }), sink: bed.plan.sink } as never
  await t.rejects(bed.change({}, { graph: other, resume: run }), { code: 'RUN_CHANGED' })
  await t.rejects(bed.change({}, { graph: other, resume: run, retry: ['failed', 'unknown'] }), { code: 'RUN_CHANGED' })
  await t.rejects(bed.change({}, { graph: other, plan: undoing }), {
    code: 'OPTION_INVALID',
    message: new RegExp(
      `changed the tenant \\S+ \\(${bed.sandbox.tenantId}\\), and this sign-in is for \\S+ \\(${otherTenant}\\)`,
    ),
    fix: `Use the tenant with the id ${bed.sandbox.tenantId}.`,
  })
  t.strictSame(await writes(), {})
})

t.test('nor if the record of the run was altered to name the other tenant', async t => {
  const { bed, run, other, writes, alter } = await twoTenants(t)
  alter()
  const undoing = { source: undo({ run }), sink: bed.plan.sink } as never
  await t.rejects(bed.change({}, { graph: other, resume: run }), { code: 'RUN_CHANGED' })
  await t.rejects(bed.change({}, { graph: other, resume: run, retry: ['failed', 'unknown'] }), { code: 'RUN_CHANGED' })
  await t.rejects(bed.change({}, { graph: other, plan: undoing }), { code: 'OPTION_INVALID' })
  t.strictSame(await writes(), {})
})

t.test('rows of another tenant may create users, and add these to a group, but name nothing that exists', async t => {
  const bed = await sandboxBed(t, [])
  const [user] = await bed.ids('/users?$select=id&$top=1')
  const [group] = await bed.ids('/groups?$select=id&$top=1&$filter=mailEnabled eq false')
  const person = (name: string): OperationRow => ({
    kind: 'create-user',
    value: {
      displayName: name,
      userPrincipalName: `${name}@${bed.sandbox.domain}`,
      passwordProfile: { password: 'Long-enough-1!' },
    },
  })
  const from = (tenant: string, ...rows: readonly (readonly OperationRow[])[]): void => {
    const lines = [
      ...rows.map(steps => ({ steps })),
      { $end: { rows: rows.length, complete: true, outcome: 'complete', tenant } },
    ]
    writeFileSync(join(bed.folder, 'in.jsonl'), lines.map(line => `${JSON.stringify(line)}\n`).join(''))
  }
  for (const row of [
    { kind: 'update-user', value: { user: user!, jobTitle: 'Lead' } },
    { kind: 'enable-user', value: { user: user! } },
    { kind: 'add-member', value: { group: group!, member: user! } },
  ]) {
    from(otherTenant, [row], [person('ann')])
    const before = bed.graph.usage().writes
    await t.rejects(bed.change({}, { fresh: true }), {
      code: 'INPUT_FOREIGN',
      exit: 5,
      message: new RegExp(
        `exported from the tenant ${otherTenant}, and name objects that ${row.kind} would look up in sandbox .*Nothing was sent`,
      ),
    })
    t.equal(bed.graph.usage().writes, before)
  }
  from(
    otherTenant,
    [person('bob')],
    [person('cleo'), { kind: 'add-member', value: { group: group!, member: createdBy(0) } }],
  )
  t.match(await bed.change({}, { fresh: true }), { end: 'done', manifest: { counts: { done: 2 } } })
  from(bed.sandbox.tenantId, [{ kind: 'add-member', value: { group: group!, member: user! } }])
  t.match(await bed.change({}, { fresh: true }), { end: 'done', manifest: { counts: { done: 1 } } })
})

t.test('a name that only a pipeline gives fails the row of a file that has it', async t => {
  const bed = await sandboxBed(t, [])
  const [user] = await bed.ids('/users?$select=id&$top=1')
  const [group] = await bed.ids('/groups?$select=id&$top=1&$filter=mailEnabled eq false')
  bed.input([])
  const rows = [createdBy(0), createdBy(1), user!].map(member => ({ member }))
  writeFileSync(join(bed.folder, 'cells.jsonl'), rows.map(row => `${JSON.stringify(row)}\n`).join(''))
  const plan = {
    source: jsonl<{ readonly member: string }>({ from: 'cells.jsonl' }),
    sink: graphSink<{ readonly member: string }>(({ member }) => [
      { kind: 'add-member', value: { group: group!, member } },
    ]),
  }
  const { run, manifest } = await bed.change({}, { plan: plan as never })
  t.match(manifest!.counts, { failed: 2, done: 1 })
  t.match(await bed.store.read(run, look => look.readRows()), [
    { result: { key: 1, outcome: 'failed', code: 'ROW_INVALID', target: 'member' } },
    { result: { key: 2, outcome: 'failed', code: 'ROW_INVALID', target: 'member' } },
    { result: { key: 3, outcome: 'done' } },
  ])
  bed.input([[{ kind: 'add-member', value: { group: group!, member: createdBy(0) } }]])
  t.match(await bed.change(), { manifest: { counts: { failed: 1 } } }, 'nor is it a step of its own row')
})
