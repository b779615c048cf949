import t from 'tap'
import type { Verdict } from '../../../src/core/operation.ts'
import { clientBetween } from './between.ts'
import { sandboxBed } from './sandbox-bed.ts'
import type { Bed } from './scenes.ts'
import { operations } from './steps-plan.ts'

/** Links of two groups: a chain each, which are in flight together. */
const twoChains = async (bed: Bed) => {
  const users = (await bed.ids('/users?$select=id&$top=100')).slice(0, 21)
  const [one, other] = [await bed.newGroup(), await bed.newGroup()]
  bed.input([one, other].flatMap(group => users.map(member => [{ kind: 'add-member', value: { group, member } }])))
  return { one, other, members: async () => (await bed.ids(`/groups/${other}/members?$select=id`)).length }
}
const statesOf = (bed: Bed, id: string) => bed.store.read(id, async run => run.phase('main').ledger().count())

t.test('Ctrl-C does not cut changes in flight: they are settled with their replies', async t => {
  const bed = await sandboxBed(t, [])
  const { members } = await twoChains(bed)
  const [stop, both] = [new AbortController(), Promise.withResolvers<void>()]
  let batches = 0
  const graph = await clientBetween(t, bed, async ({ pass }) => {
    if (++batches === 2) {
      stop.abort(new Error('stopped'))
      setImmediate(both.resolve)
    }
    await both.promise
    return pass()
  })
  await t.rejects(bed.change({}, { graph, signal: stop.signal }), { message: 'stopped' })
  const { id } = (await bed.store.list())[0]!
  t.match(await statesOf(bed, id), { settled: 42, sent: 0, pending: 0 })
  t.equal(await members(), 21)
})

t.test('a run that stops itself does not cut changes in flight either', async t => {
  const bed = await sandboxBed(t, [])
  const { one, other, members } = await twoChains(bed)
  const [arrived, failed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const add = operations('add-member')!
  const failing = (kind: string) =>
    kind === 'add-member'
      ? {
          ...add,
          settle(rows: Parameters<typeof add.settle>[0], reply: Parameters<typeof add.settle>[1]): readonly Verdict[] {
            if (rows[0]?.value['group'] === other) return add.settle(rows, reply)
            failed.resolve()
            return rows.map(() => ({ outcome: 'failed', code: 'Refused' }))
          },
        }
      : operations(kind)
  const graph = await clientBetween(t, bed, async ({ body, pass }) => {
    if (body.includes(`/groups/${one}`)) await arrived.promise
    else {
      arrived.resolve()
      await failed.promise
      for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve))
    }
    return pass()
  })
  const plan = { ...bed.plan, maxFailed: 0 }
  await t.rejects(bed.change({}, { graph, operations: failing, plan: plan as never }), { code: 'TOO_MANY_FAILED' })
  const { id } = (await bed.store.list())[0]!
  t.match(await statesOf(bed, id), { settled: 42, sent: 0, pending: 0 })
  t.equal(await members(), 21)
})
