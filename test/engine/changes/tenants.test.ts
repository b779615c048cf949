import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import t from 'tap'
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
  await t.rejects(bed.change({}, { graph: other, plan: undoing }), { code: 'OPTION_INVALID' })
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
