import t from 'tap'
import { onboardDesk } from './onboard-desk.ts'

const desk = await onboardDesk(t, {
  users: 300,
  tls: false,
  knobs: { maxEligibleRoleDays: 30, maxActiveRoleDays: 30, roleTicketRequired: true },
})
const people = (name: string): string =>
  `displayName,userPrincipalName,Role\n${name},${name}@contoso.com,Reports Reader\n`
const soon = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10)

t.test('what the settings of a role refuse is reported in words, and nothing of the person is lost', async t => {
  const eligible = await desk.onboard(people('eli'), '--role-mode', 'eligible', '--reason', 'x')
  t.equal(eligible.status, 3)
  t.match(eligible.results, [
    { operation: 'create-user', outcome: 'done' },
    {
      code: 'RoleAssignmentRequestPolicyValidationFailed',
      message: /demand an end of the assignment, or an earlier one/,
    },
  ])
  const timed = await desk.onboard(people('tim'), '--role-until', '2040-01-31', '--reason', 'x')
  t.match(timed.results[1], {
    message: /demand an end of the assignment, or an earlier one and the number of a ticket/,
  })
  const ticket = await desk.onboard(people('tia'), '--role-until', soon, '--reason', 'x', '--ticket', 'CHG-1')
  t.match(ticket.results[1], { operation: 'assign-timed-role', outcome: 'done' })
})

t.test('privileged roles and groups to which roles can be assigned need consent', async t => {
  const row = 'displayName,userPrincipalName,Groups\nPri,pri@contoso.com,ROLE-Global-Readers\n'
  t.match(await desk.onboard(row), {
    status: 3,
    results: [{ code: 'PROTECTED', message: /Roles can be assigned to the group/ }],
  })
  const asked = await desk.onboard(row, '--include-privileged')
  t.match(
    asked.results.map(({ operation, outcome }) => [operation, outcome]),
    [
      ['create-user', 'done'],
      ['add-member', 'done'],
    ],
  )
})
