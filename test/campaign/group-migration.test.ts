import t from 'tap'
import { expectedOf, migrate, openMigration } from './group-migration.ts'

const scene = await openMigration(t.testdir(), 500)
t.teardown(() => scene.stage.close())
const { stage, group, members, made } = scene

t.test('one member in a hundred is in error', async t =>
  t.match(
    [made.status, JSON.parse(made.stdout)],
    [3, { licensing: { inError: members.length - Math.floor(members.length * 0.99), pending: 0 } }],
    made.stderr,
  ),
)

t.test('direct licences go to the group, and nobody lacks a plan, under faults and kills', async t => {
  const expected = expectedOf(scene)
  t.ok(expected.done > 200 && expected.skipped > 100, JSON.stringify(expected))
  const ended = await migrate(scene, 'group', { kills: 2, share: 0.1 })
  t.match([ended.status, ended.counts], [3, { ...expected, failed: 0, unknown: 0, pending: 0 }], ended.stderr)
  // Requests that were on their way at the first kill can leave too few for a second one.
  t.ok(ended.kills > 0)
  t.strictSame(ended.harmed, [])
  t.equal(ended.unitsAfter, ended.unitsBefore)
})

t.test('licences of the group become direct ones, and nobody lacks a plan, under faults and kills', async t => {
  const ended = await migrate(scene, 'direct', { kills: 2, share: 0.1 })
  t.match([ended.status, ended.counts], [0, { failed: 0, skipped: 0, unknown: 0, pending: 0 }], ended.stderr)
  // Requests that were on their way at the first kill can leave too few for a second one.
  t.ok(ended.kills > 0)
  t.strictSame(ended.harmed, [])
  t.equal(ended.unitsAfter, ended.unitsBefore)
  const left = stage.directory.collection('group').get(group, 'truth')!['assignedLicenses'] as readonly unknown[]
  t.equal(left.length, 1, 'the product in error alone')
})
