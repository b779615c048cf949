import t from 'tap'
import type { Plans } from '../../../src/engine/phases.ts'
import type { Directory, Mutation } from '../../../src/sandbox/directory/types.ts'
import { loadBuiltIn } from '../../../src/catalogue/load-pipeline.ts'
import { makePlan } from '../../../src/catalogue/make-plan.ts'
import { contestedBed, newGroup } from './contested-bed.ts'
import { operations } from './steps-plan.ts'

/** With a group of three members. */
const groupBed = async (
  t: Parameters<typeof contestedBed>[0],
  before: (path: string, directory: Directory) => readonly Mutation[],
) => {
  const bed = await contestedBed(t, before)
  const group = bed.create(newGroup)
  const members = bed.users.slice(0, 3)
  bed.directory.commit(
    members.map(id => ({ do: 'link', kind: 'group', id: group, relation: 'members', target: { kind: 'user', id } })),
    { request: 'control' },
  )
  return { ...bed, group, members }
}

const named = (name: string) => `contested@${name}`
const theirs = (userPrincipalName: string): Mutation => ({
  do: 'create',
  kind: 'user',
  values: { userPrincipalName, displayName: 'Theirs', mailNickname: 'theirs', accountEnabled: true },
})

t.test(
  'rows that are unknown again after they were decided again do not block an undo, and are not undone',
  async t => {
    const bed = await contestedBed(t, (path, { domain }) => (path === 'POST /users' ? [theirs(named(domain))] : []))
    const name = named(bed.directory.domain)
    bed.rows([
      {
        kind: 'create-user',
        value: { userPrincipalName: name, displayName: 'Ours', passwordProfile: { password: 'Fresh-start-1!' } },
      },
    ])
    await bed.control('PUT', '/faults', [{ fault: 'lostReply', match: 'POST /users' }])
    const { run } = await bed.change()
    const unknown = [{ key: 1, outcome: 'unknown', code: 'UNKNOWN_OUTCOME' }]
    t.strictSame(await bed.results(run), unknown)

    const { plan } = await makePlan(await loadBuiltIn('runs undo'), { run })
    await t.rejects(bed.change({}, { plan: plan as Plans }), { code: 'RUN_UNDECIDED' })
    await bed.change({}, { resume: run, retry: ['unknown'] })
    t.strictSame(await bed.results(run), unknown)
    const undone = await bed.change({}, { plan: plan as Plans })
    t.strictSame(await bed.results(undone.run), [{ key: 1, outcome: 'failed', code: 'UNKNOWN_OUTCOME' }])
    t.equal(bed.directory.collection('user').find('userPrincipalName', name)?.['displayName'], 'Theirs')
  },
)

t.test('a removal without a reply is unknown once somebody else was seen to remove members of the file', async t => {
  let ids: readonly string[] = []
  const bed = await groupBed(t, (path, directory) => {
    const [, member] = /^DELETE \/groups\/.*\/members\/(.*)\/\$ref$/.exec(path) ?? []
    // They are a moment faster with the first one, and remove the other one as well.
    if (member === undefined || !ids.includes(member)) return []
    const there = ids.filter(id => directory.isRelated('group', group, 'members', { kind: 'user', id }))
    return there.map(id => unlinked(id))
  })
  const group = bed.group
  const unlinked = (id: string): Mutation => ({
    do: 'unlink',
    kind: 'group',
    id: group,
    relation: 'members',
    target: { kind: 'user', id },
  })
  ids = bed.members.slice(0, 2)
  bed.rows(ids.map(member => ({ kind: 'remove-member', value: { group, member } })))
  await bed.control('PUT', '/faults', [{ fault: 'missingEntry', match: `DELETE /groups/*/members/${ids[1]!}/$ref` }])
  const { run } = await bed.change({ lagBoundMs: 50 })
  t.strictSame(
    (await bed.results(run)).sort((one, other) => Number(one.key) - Number(other.key)),
    [
      { key: 1, outcome: 'unchanged', code: undefined },
      { key: 2, outcome: 'unknown', code: 'UNKNOWN_OUTCOME' },
    ],
  )
})

t.test('a removal that counted as done is unknown once somebody else is seen to remove members, too', async t => {
  let ids: readonly string[] = []
  const bed = await groupBed(t, path => {
    const [, group, member] = /^DELETE \/groups\/(.*)\/members\/(.*)\/\$ref$/.exec(path) ?? []
    // They are a moment faster with both.
    return member !== undefined && ids.includes(member)
      ? [{ do: 'unlink', kind: 'group', id: group!, relation: 'members', target: { kind: 'user', id: member } }]
      : []
  })
  const { group, members } = bed
  ids = members.slice(0, 2)
  bed.rows(ids.map(member => ({ kind: 'remove-member', value: { group, member } })))
  const match = `DELETE /groups/*/members/${ids[0]!}/$ref`
  await bed.control('PUT', '/faults', [{ fault: 'missingEntry', applied: true, match }])
  const end = await bed.change({ lagBoundMs: 50 })
  t.strictSame(
    (await bed.results(end.run)).sort((one, other) => Number(one.key) - Number(other.key)),
    [
      { key: 1, outcome: 'unknown', code: 'UNKNOWN_OUTCOME' },
      { key: 2, outcome: 'unchanged', code: undefined },
    ],
  )
  t.match(end.progress.outcomes, { done: 0, unknown: 1, unchanged: 1 })
  const [unknown] = await bed.store.read(end.run, reader => reader.readResults({ outcomes: ['unknown'] }))
  t.match(unknown, { requestId: /^[0-9a-f-]{36}$/, attempt: 1 })
})

t.test('an update without a reply does not overwrite what somebody else has written since', async t => {
  for (const fault of ['lostReply', '503', '504'] as const) {
    const bed = await contestedBed(t, () => [])
    // Not a synchronized one.
    const { id } = bed.directory.commit([theirs(named(bed.directory.domain))], { request: 'control' })[0]!
    bed.rows([{ kind: 'update-user', value: { user: id, properties: { department: 'Ours' } } }])
    await bed.control('PUT', '/faults', [
      { fault, match: 'PATCH /users/*', times: 1, ...(fault !== 'lostReply' && { applied: true, retryAfter: 0.01 }) },
    ])
    const { run } = await bed.change(
      { lagBoundMs: 50 },
      {
        operations: kind => {
          const operation = operations(kind)!
          if (kind !== 'update-user') return operation
          return {
            ...operation,
            decide(rows, context) {
              const values = { department: 'Theirs' }
              bed.directory.commit([{ do: 'update', kind: 'user', id, values }], { request: 'control' })
              return operation.decide(rows, context)
            },
          }
        },
      },
    )
    t.strictSame(await bed.results(run), [{ key: 1, outcome: 'unknown', code: 'UNKNOWN_OUTCOME' }], fault)
    t.equal(bed.directory.collection('user').get(id)?.['department'], 'Theirs')
  }
})
