import t from 'tap'
import type { Onlooker } from '../../../src/engine/changes/onlooker.ts'
import { sandboxBed } from './sandbox-bed.ts'
import { operations } from './steps-plan.ts'

/** Three links of one group, the second of which is there already; and an onlooker that notes the results that it is told at its begin. */
const given = async (t: Parameters<typeof sandboxBed>[0]) => {
  const bed = await sandboxBed(t, [])
  const users = (await bed.ids('/users?$select=id&$top=100')).slice(0, 3)
  const group = await bed.newGroup([users[1]!])
  bed.input(users.map(member => [{ kind: 'add-member', value: { group, member } }]))
  const told: (readonly string[])[] = []
  const onlooker: Onlooker = {
    async begin(_, rejected) {
      const found: string[] = []
      for await (const page of rejected()) found.push(...page.map(({ key, outcome }) => `${key} ${outcome}`))
      told.push(found)
    },
    looked: () => undefined,
    settled: () => undefined,
    end: async () => undefined,
  }
  return { ...bed, told, asking: { onlooker, confirm: async () => undefined } }
}

t.test('an onlooker of a run that is resumed is not told of rows that were sent', async t => {
  const { change, told, asking } = await given(t)
  const first = await change({ ...asking, mostChanges: 1 })
  await change(asking, { resume: first.run })
  t.strictSame(told, [[], ['2 unchanged']])
})

t.test('an onlooker of a retry is not told of rows that are sent again', async t => {
  const { change, told, asking } = await given(t)
  const add = operations('add-member')!
  const { run } = await change(asking, {
    operations: kind =>
      kind === 'add-member'
        ? { ...add, request: () => ({ method: 'PATCH', url: '/groups/none', body: {} }) }
        : undefined,
  })
  await change(asking, { resume: run, retry: ['failed'] })
  t.strictSame(told, [[], ['2 unchanged']])
})
