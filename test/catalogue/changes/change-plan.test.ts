import t from 'tap'
import { changePlan } from '../../../src/catalogue/changes/change-plan.ts'
import { loadOperations } from '../../../src/catalogue/operations.ts'
import { sandboxBed } from '../../engine/changes/sandbox-bed.ts'

t.test('a group that the command names and that does not exist is refused once, before a row is read', async t => {
  const { graph, run, store, control } = await sandboxBed(t, [])
  const plan = await changePlan('add-member', { from: 'in.jsonl', group: 'Sales Taem' })
  const operations = await loadOperations()
  await t.rejects(run(plan, { graph, operations, changing: { lagBoundMs: 0 } }), {
    code: 'GROUP_UNKNOWN',
    fix: /"Sales Team"/,
  })
  t.strictSame(await store.list(), [])
  t.match(JSON.parse(await control('GET', '/counters')), { writes: {} })
})
