import t from 'tap'
import { exportPlan } from '../../../src/catalogue/exports/export-plan.ts'
import { exportKinds } from '../../../src/catalogue/exports/kinds.ts'
import type { EntrapipeError } from '../../../src/core/errors.ts'

// Of a path of their own, only Graph knows the properties.
for (const kind of exportKinds.filter(kind => kind !== 'graph'))
  for (const asked of [
    { filter: "principalIdd eq 'x'" },
    { select: ['principalIdd'] },
    { select: ['+principalIdd'] },
    { orderby: 'principalIdd' },
  ])
    t.test(`a plan of ${kind} with an unknown property in ${JSON.stringify(asked)} is not made`, t => {
      const group = kind === 'members' ? { group: ['All Company'] } : {}
      try {
        exportPlan(kind, { to: 'x.csv', ...group, ...asked })
        t.fail('was made')
      } catch (error) {
        const { code, exit, message } = error as EntrapipeError
        // What belongs to objects has no order.
        t.ok(code === 'PROPERTY_UNKNOWN' || ('orderby' in asked && code === 'USAGE'), message)
        t.equal(exit, 2)
      }
      t.end()
    })

t.test('the nearest name of a role assignment is suggested, or all its names are listed', t => {
  const message = (filter: string): string => {
    try {
      exportPlan('role-assignments', { to: 'x.csv', filter })
      return ''
    } catch (error) {
      return (error as EntrapipeError).message
    }
  }
  t.equal(
    message("principalI eq 'x'"),
    "'principalI' is not a property of unifiedRoleAssignment. Did you mean 'principalId'?",
  )
  t.equal(
    message("roleName eq 'x'"),
    "'roleName' is not a property of unifiedRoleAssignment. It has id, appScopeId, condition, directoryScopeId, principalId and roleDefinitionId.",
  )
  t.equal(message("principalId eq 'x'"), '')
  t.end()
})
