import { existsSync } from 'node:fs'
import t from 'tap'
import type { AssignmentFamily, AssignmentOf } from '../../../src/sandbox/directory/assignment-types.ts'
import { mutate } from '../mutate.ts'
import { handClock, small } from './fixture.ts'

const role = '729827e3-9c14-49f7-bb1b-9608f156bbb8'

const assign = (of: AssignmentOf, what: 'assign' | 'unassign' = 'assign') =>
  ({ do: what, ...of.principal, family: of.family, of: of.of, within: of.within }) as const

t.test('assignments are the same after a restart, from the journal and from a snapshot', t => {
  for (const snapshotEvery of [1, 50_000]) {
    const options = { journal: `${t.testdir()}/journal-${snapshotEvery}.jsonl`, snapshotEvery, clock: handClock() }
    const first = small(options)
    const [one, other] = first
      .collection('user')
      .slice({ order: 'default', view: 'direct' }, 2, ['id'])
      .ids.map((id): AssignmentOf => ({
        family: 'eligibleRoles',
        principal: { kind: 'user', id },
        of: role,
        within: '/',
      }))
    const before = first.assignments({ family: 'eligibleRoles' })
    mutate(first, assign(one!))
    mutate(first, assign(other!))
    mutate(first, assign(one!, 'unassign'))
    mutate(first, assign({ ...before[0]!, principal: before[0]!.principal }, 'unassign'))
    const seen = (directory: typeof first) =>
      (['appRoles', 'roles', 'eligibleRoles'] as AssignmentFamily[]).map(family => [
        directory.assignments({ family }),
        [...directory.assignmentTruth(family)],
      ])
    const expected = JSON.stringify(seen(first))
    t.equal(first.assignments({ family: 'eligibleRoles', of: role, principal: other!.principal.id }).length, 1)
    first.close()
    t.equal(existsSync(`${options.journal}.snapshot`), snapshotEvery === 1)
    const second = small(options)
    t.equal(JSON.stringify(seen(second)), expected)
    t.throws(() => mutate(second, assign(other!)), { code: 'RoleAssignmentExists' })
    second.close()
  }
  t.end()
})

t.test('changes of one commit are all made or none', t => {
  const directory = small()
  const [id] = directory.collection('user').slice({ order: 'default', view: 'direct' }, 1, ['id']).ids
  const of: AssignmentOf = { family: 'roles', principal: { kind: 'user', id: id! }, of: role, within: '/x' }
  t.throws(() => directory.commit([assign(of), assign(of)], { request: 'test' }), { code: 'Request_BadRequest' })
  t.notOk(directory.assignment(of, 'truth'))
  t.strictSame([...directory.assignmentTruth('roles')], [])
  mutate(directory, assign(of))
  t.throws(() => directory.commit([assign(of, 'unassign'), assign(of, 'unassign')], { request: 'test' }), {
    code: 'Request_ResourceNotFound',
  })
  t.ok(directory.assignment(of, 'truth'))
  t.end()
})

t.test('the ledger has a line for each assignment, with the requests that made it', t => {
  const directory = small()
  const [id] = directory.collection('user').slice({ order: 'default', view: 'direct' }, 1, ['id']).ids
  const of: AssignmentOf = { family: 'roles', principal: { kind: 'user', id: id! }, of: role, within: '/x' }
  mutate(directory, assign(of), 'first')
  mutate(directory, assign(of, 'unassign'), 'second')
  t.strictSame(
    [...directory.assignmentTruth('roles', role)],
    [
      {
        principal: id,
        of: role,
        within: '/x',
        added: 1,
        removed: 1,
        isThere: false,
        by: [
          { request: 'first', client: null, what: 'added' },
          { request: 'second', client: null, what: 'removed' },
        ],
      },
    ],
  )
  t.strictSame([...directory.assignmentTruth('roles', id)], [])
  t.strictSame([...directory.truthOf('user')], [])
  t.match(directory.changes(0), [{ what: 'assigned' }, { what: 'unassigned' }])
  t.end()
})
