import t from 'tap'
import type { ChangeFollower } from '../../../src/core/parts.ts'
import { graph as graphSink } from '../../../src/sinks/graph.ts'
import { sandboxBed } from './sandbox-bed.ts'
import { operations, planOfSteps, type Steps } from './steps-plan.ts'

/** A plan that is followed. @param told gets what the follower hears */
const followed = (told: string[], follow: (told: string[]) => ChangeFollower) => ({
  ...planOfSteps(),
  sink: graphSink<{ readonly steps: Steps }>(({ steps }) => steps, { follow: () => follow(told) }),
})

const telling = (told: string[]): ChangeFollower => ({
  sending: changes => void told.push(...changes.map(({ key, step = 0, row }) => `${key}/${step} ${row.kind} is sent`)),
  settling: results =>
    void told.push(...results.map(({ key, step = 0, operation, outcome }) => `${key}/${step} ${operation} ${outcome}`)),
})

const scene = async (t: Parameters<typeof sandboxBed>[0]) => {
  const bed = await sandboxBed(t, [])
  const [member, other] = await bed.ids('/users?$select=id&$top=2')
  const group = await bed.newGroup([other!])
  bed.input(
    [member, other, '00000000-0000-0000-0000-000000000001'].map(each => [
      { kind: 'add-member', value: { group, member: each! } },
    ]),
  )
  const run = (plan: ReturnType<typeof followed>, more: object = {}) =>
    bed.run(plan, { graph: bed.graph, operations, changing: { lagBoundMs: 0 }, ...more })
  return { ...bed, run, group }
}

t.test('a follower hears of changes before they are sent, and of the results of all', async t => {
  const { run } = await scene(t)
  const told: string[] = []
  await run(followed(told, telling), { changing: { lagBoundMs: 0, dryRun: true } })
  t.strictSame(told, [], 'a dry run is not followed')
  await run(followed(told, telling))
  t.ok(told.indexOf('1/0 add-member is sent') < told.indexOf('1/0 add-member done'))
  t.strictSame(told.toSorted(), [
    '1/0 add-member done',
    '1/0 add-member is sent',
    '2/0 add-member unchanged',
    '3/0 add-member failed',
  ])
})

/** A follower that cannot write. */
const failing = (what: keyof ChangeFollower) => (): ChangeFollower => ({
  ...telling([]),
  [what]: () => {
    throw new Error('The memory is full.')
  },
})

t.test('nothing is sent, and no result recorded, that a follower has not heard of', async t => {
  const { run, ids, group, store } = await scene(t)
  const members = async () => (await ids(`/groups/${group}/members?$select=id`)).length
  await t.rejects(run(followed([], failing('sending'))), /The memory is full/)
  t.equal(await members(), 1)
  const { id } = (await store.list())[0]!
  await t.rejects(run(followed([], failing('settling')), { resume: id }), /The memory is full/)
  const told: string[] = []
  await run(followed(told, telling), { resume: id })
  t.strictSame(told, ['1/0 add-member unknown'], 'no reply was recorded, so that somebody else may have added it')
  t.equal(await members(), 2)
})
