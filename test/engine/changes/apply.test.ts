import t from 'tap'
import type { Operation } from '../../../src/core/operation.ts'
import { sandboxBed } from './sandbox-bed.ts'
import { operations } from './steps-plan.ts'

/** Operations in which parts of one are replaced. */
const replacing = (kind: string, more: Partial<Operation>) => (name: string) =>
  name === kind ? { ...operations(kind)!, ...more } : operations(name)

t.test('a retry of rows that are refused again leaves them failed, though they go as a chain', async t => {
  const bed = await sandboxBed(t, [])
  const users = (await bed.ids('/users?$select=id&$top=100')).slice(0, 2)
  const group = await bed.newGroup(users)
  bed.input(users.map(member => [{ kind: 'remove-member', value: { group, member } }]))
  const refusing = replacing('remove-member', {
    request: () => ({ method: 'PATCH', url: `/groups/${group}`, body: { nothing: 1 } }),
  })
  const { run } = await bed.change({}, { operations: refusing })
  const failed = [
    [1, 0, 'failed', 'Request_BadRequest'],
    [2, 0, 'failed', 'Request_BadRequest'],
  ]
  t.strictSame(await bed.rowsOf(run), failed)
  await bed.change({}, { operations: refusing, resume: run, retry: ['failed'] })
  t.strictSame(await bed.rowsOf(run), failed)
  await bed.change({}, { resume: run, retry: ['failed'] })
  t.strictSame(await bed.ids(`/groups/${group}/members?$select=id`), [])
})
