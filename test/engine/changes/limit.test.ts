import t from 'tap'
import type { Operation } from '../../../src/core/operation.ts'
import { sandboxBed } from './sandbox-bed.ts'
import { operations } from './steps-plan.ts'

const add = operations('add-member')!

/** Twelve links of one group, and `add-member` with parts replaced. */
const given = async (t: Parameters<typeof sandboxBed>[0]) => {
  const bed = await sandboxBed(t, [])
  const users = (await bed.ids('/users?$select=id&$top=100')).slice(0, 12)
  const group = await bed.newGroup()
  bed.input(users.map(member => [{ kind: 'add-member', value: { group, member } }]))
  return {
    ...bed,
    users,
    group,
    limited: (more: Partial<Operation>) =>
      bed.change(
        { mostChanges: 10 },
        { operations: (kind: string) => (kind === 'add-member' ? { ...add, ...more } : operations(kind)) },
      ),
    members: async () => (await bed.ids(`/groups/${group}/members?$select=id`)).length,
  }
}

t.test('with a limit, rows that were refused with another one are sent again without it', async t => {
  const { limited, users, group, members, store } = await given(t)
  const end = await limited({
    request: rows =>
      rows.some(({ value }) => value['member'] === users[3])
        ? { method: 'PATCH', url: `/groups/${group}`, body: { nothing: 1 } }
        : add.request(rows),
  })
  t.match(end, { end: 'pending', changes: { pending: 2, sent: 10 } })
  t.match(await store.read(end.run, run => run.countResults()), { done: 9, failed: 1 })
  t.equal(await members(), 9)
})

t.test('with a limit, rows that wait for the lag of the directory are sent again', async t => {
  const { limited, members } = await given(t)
  let isFirst = true
  const end = await limited({
    request: rows => (isFirst ? { method: 'PATCH', url: '/groups/none', body: {} } : add.request(rows)),
    settle(rows, reply) {
      if (!isFirst) return add.settle(rows, reply)
      isFirst = false
      return rows.map(() => 'later' as const)
    },
  })
  t.match(end, { end: 'pending', changes: { pending: 2, sent: 10 } })
  t.equal(await members(), 10)
})
