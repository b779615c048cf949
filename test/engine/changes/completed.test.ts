import t from 'tap'
import { contestedBed } from './contested-bed.ts'

const role = '11111111-2222-4333-8444-555555555555'
const twin = '11111111-2222-4333-8444-666666666666'
const appRole = (id: string, value: string) => ({
  ...{ id, value, displayName: value, isEnabled: true },
  allowedMemberTypes: ['User'],
})

t.test('one app role by value and by id is one thing to repeats, to the order of rows, and to the undo', async t => {
  const bed = await contestedBed(t, () => [])
  const resource = bed.create({
    do: 'create',
    kind: 'servicePrincipal',
    values: { displayName: 'App', appId: role, appRoles: [appRole(role, 'Reader'), appRole(twin, 'Twin')] },
  })
  const [principal, other] = bed.users as [string, string]
  const isAssigned = (id: string) =>
    bed.directory.assignment(
      { family: 'appRoles', principal: { kind: 'user', id }, of: resource, within: role },
      'truth',
    ) !== undefined
  const row = (verb: string, named: string, who = principal) => ({
    kind: `${verb}-app-role`,
    value: { resource, role: named, principal: who },
  })
  bed.rows([
    row('assign', 'Reader'),
    row('assign', role.toUpperCase()),
    row('unassign', role),
    row('assign', 'Readers', other),
    row('assign', 'Reader', other),
  ])
  const { run } = await bed.change()
  t.strictSame((await bed.rowsOf(run)).map(([key, , outcome, code]) => [key, outcome, code]).toSorted(), [
    [1, 'done', undefined],
    [2, 'unchanged', 'SAME_ROW'],
    [3, 'done', undefined],
    [4, 'failed', 'ROLE_UNKNOWN'],
    [5, 'done', undefined],
  ])
  t.strictSame([isAssigned(principal), isAssigned(other)], [false, true])
  const [first] = await bed.store.read(run, reader => reader.phase('main').ledger().entries({ limit: 1 }))
  t.match(first!.row.value, { role })
})
