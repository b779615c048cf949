import t from 'tap'
import { skuCatalogue } from '../../src/data/sku-catalogue.ts'
import { openBed, rowsOf } from './bed.ts'

const bed = await openBed(t, { users: 400 })
const { directory } = bed
const desk = bed.desk()
const users = directory.collection('user')
const userIds = users.slice({ order: 'default', view: 'direct' }, 9_999, ['id']).ids
type Row = Readonly<Record<string, unknown>>
const exported = async (...args: readonly string[]): Promise<readonly Row[]> => {
  const { status, stderr } = await desk.run(['export', ...args, '--to', 'rows.jsonl', '--fresh'])
  t.equal(status, 0, stderr)
  return rowsOf(desk.read('rows.jsonl'))
}
const valueOf = (id: string, name: string): unknown => users.get(id)?.[name] ?? null
const byId = (rows: readonly Row[], ...names: readonly string[]): readonly Row[] =>
  rows.toSorted((a, b) => {
    const [one, other] = [a, b].map(row => names.map(name => String(row[name])).join(' ')) as [string, string]
    return one < other ? -1 : 1
  })

t.test('every user is exported with the manager, also those who have none', async t => {
  const rows = await exported('managers', '--select', '+department')
  const wanted = userIds.map(id => {
    const [manager] = directory.related('user', id, 'manager', 1).references
    return {
      userId: id,
      userPrincipalName: valueOf(id, 'userPrincipalName'),
      displayName: valueOf(id, 'displayName'),
      managerId: manager?.id ?? null,
      managerName: manager ? valueOf(manager.id, 'displayName') : null,
      managerUserPrincipalName: manager ? valueOf(manager.id, 'userPrincipalName') : null,
      department: valueOf(id, 'department'),
    }
  })
  t.strictSame(byId(rows, 'userId'), byId(wanted, 'userId'))
  t.ok(wanted.some(({ managerId }) => managerId === null))
  t.match(desk.manifest('rows.jsonl'), { completeness: 'complete', counts: { before: userIds.length } })
})

t.test('each user and product is a row: direct, by groups, or both, with the plans that are disabled', async t => {
  const rows = await exported('licenses')
  interface State {
    readonly skuId: string
    readonly assignedByGroup: string | null
  }
  const wanted = userIds.flatMap(id => {
    const assigned = valueOf(id, 'assignedLicenses') as readonly { skuId: string; disabledPlans: readonly string[] }[]
    const states = valueOf(id, 'licenseAssignmentStates') as readonly State[]
    return assigned.map(({ skuId, disabledPlans }) => {
      const own = states.filter(state => state.skuId === skuId)
      const product = skuCatalogue().get(skuId)!
      return {
        userId: id,
        userPrincipalName: valueOf(id, 'userPrincipalName'),
        displayName: valueOf(id, 'displayName'),
        skuId,
        skuPartNumber: product.skuPartNumber,
        productName: product.name,
        isDirect: own.some(({ assignedByGroup }) => assignedByGroup === null),
        assignedByGroups: own.flatMap(({ assignedByGroup }) => assignedByGroup ?? []),
        disabledPlans: disabledPlans.map(
          plan => product.plans.find(({ servicePlanId }) => servicePlanId === plan)!.servicePlanName,
        ),
        states: ['Active'],
        errors: [],
      }
    })
  })
  t.strictSame(byId(rows, 'userId', 'skuId'), byId(wanted, 'userId', 'skuId'))
  t.ok(wanted.some(({ isDirect, assignedByGroups }) => isDirect && assignedByGroups.length > 0))
  t.ok(wanted.some(({ disabledPlans }) => disabledPlans.length > 0))
  t.match(desk.manifest('rows.jsonl'), { completeness: 'complete' })
})

t.test('assignments of roles have the names of the role and of the principal', async t => {
  const rows = await exported('role-assignments')
  const roles = directory.collection('directoryRole').slice({ order: 'default', view: 'direct' }, 999, ['id']).ids
  const wanted = roles.flatMap(id => {
    const role = directory.collection('directoryRole').get(id)!
    return directory.related('directoryRole', id, 'members', 9_999).references.map(principal => ({
      roleDefinitionId: role['roleTemplateId'],
      roleName: role['displayName'],
      principalId: principal.id,
      principalType: principal.kind,
      principalDisplayName: directory.collection(principal.kind).get(principal.id)!['displayName'],
    }))
  })
  t.ok(wanted.length > 0)
  const own = rows
    .filter(({ directoryScopeId }) => directoryScopeId === '/')
    .map(({ roleDefinitionId, roleName, principalId, principalType, principalDisplayName }) => ({
      roleDefinitionId,
      roleName,
      principalId,
      principalType,
      principalDisplayName,
    }))
  const keys = ['roleDefinitionId', 'principalId']
  t.strictSame(byId(own, ...keys), byId(wanted, ...keys))
})
