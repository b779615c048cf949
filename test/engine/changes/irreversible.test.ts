import t from 'tap'
import type { Values } from '../../../src/core/operation.ts'
import { loadBuiltIn } from '../../../src/catalogue/load-pipeline.ts'
import { makePlan } from '../../../src/catalogue/make-plan.ts'
import type { Plans } from '../../../src/engine/phases.ts'
import { sandboxBed } from './sandbox-bed.ts'

interface Group extends Values {
  readonly id: string
  readonly groupTypes: readonly string[]
}

/** Groups that can be deleted: two Microsoft 365 groups, which go to the bin, and two security groups. */
const groupsIn = async ({ graph }: Awaited<ReturnType<typeof sandboxBed>>) => {
  const made: Group[] = []
  for (const [at, groupTypes] of [['Unified'], ['Unified'], [], []].entries()) {
    const { body } = await graph.request<Group>({
      method: 'POST',
      url: '/groups',
      body: {
        displayName: `Old ${at}`,
        mailNickname: `old${at}`,
        mailEnabled: groupTypes.length > 0,
        securityEnabled: groupTypes.length === 0,
        groupTypes,
      },
    })
    made.push(body)
  }
  return made
}
const deletionsOf = (groups: readonly Group[]) =>
  groups.map(({ id }) => [{ kind: 'delete-group', value: { group: id } }])

t.test('rows that have no way back are counted, and are refused without consent', async t => {
  const bed = await sandboxBed(t, [])
  const groups = await groupsIn(bed)
  bed.input(deletionsOf(groups))
  const before = bed.graph.usage().writes
  t.match(await bed.change({ dryRun: true }), {
    changes: { preview: { send: { 'delete-group': 4 }, final: { 'delete-group': 2 } } },
  })
  await t.rejects(bed.change(), {
    code: 'IRREVERSIBLE',
    message: 'These changes cannot be undone: Delete groups (2). Nothing was sent.',
  })
  t.equal(bed.graph.usage().writes, before)
  t.match(await bed.change({ irreversible: true }), { end: 'done', manifest: { counts: { done: 4 } } })
})

t.test('rows that can be undone need no consent, though others of their operation could not', async t => {
  const bed = await sandboxBed(t, [])
  const groups = await groupsIn(bed)
  bed.input(deletionsOf(groups.slice(0, 2)))
  t.match(await bed.change({ dryRun: true }), { changes: { preview: { final: {} } } })
  t.match(await bed.change(), { end: 'done', manifest: { counts: { done: 2 } } })
})

t.test('a group that becomes dynamic loses its members, so that needs consent and has no undo', async t => {
  const bed = await sandboxBed(t, [])
  const [, , group] = await groupsIn(bed)
  const value = {
    group: group!.id,
    groupTypes: ['DynamicMembership'],
    membershipRule: '(user.department -eq "Sales")',
    membershipRuleProcessingState: 'On',
  }
  bed.input([[{ kind: 'update-group', value }]])
  await t.rejects(bed.change(), {
    code: 'IRREVERSIBLE',
    message: /^These changes cannot be undone: Update groups \(1\)/,
  })
  const { run } = await bed.change({ irreversible: true })
  const { plan } = await makePlan(await loadBuiltIn('runs undo'), { run })
  const undone = await bed.change({}, { plan: plan as Plans })
  t.match(undone.manifest!.counts, { done: 0, skipped: 1, failed: 0 })
})
