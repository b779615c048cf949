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

const writes = async (): Promise<object> =>
  JSON.parse(await desk.control('GET', '/counters')).writes.attempted as object

t.test('what the settings of a role refuse is found before anything is sent', async t => {
  const before = await writes()
  const eligible = await desk.onboard(people('eli'), '--role-mode', 'eligible', '--reason', 'x')
  t.match(eligible, {
    status: 3,
    results: [
      {
        ...{ operation: 'create-user', outcome: 'failed', code: 'ROLE_SETTINGS' },
        message:
          'The settings of the role Reports Reader in Privileged Identity Management demand an end within 30 days. Nothing was sent.',
      },
    ],
    stderr: /Add --role-until\./,
  })
  const timed = await desk.onboard(people('tim'), '--role-until', '2040-01-31', '--reason', 'x')
  t.match(timed.results, [{ code: 'ROLE_SETTINGS', message: /an end within 30 days and the number of a ticket/ }])
  const named = ['--role', 'Reports Reader', '--role-until', '2040-01-31', '--reason', 'x']
  t.match(await desk.onboard('displayName,userPrincipalName\nTim,tim@contoso.com\n', ...named), {
    status: 2,
    stderr:
      /demand an end within 30 days and the number of a ticket\. Nothing was sent\..*Choose an earlier --role-until\./,
  })
  t.strictSame(await writes(), before)
})

t.test('roles within their settings are given, and the preview says what their activation needs', async t => {
  const ticket = await desk.onboard(people('tia'), '--role-until', soon, '--reason', 'x', '--ticket', 'CHG-1')
  t.match(ticket.results[1], { operation: 'assign-timed-role', outcome: 'done' })
  const eligible = await desk.onboard(people('eva'), '--role-mode', 'eligible', '--role-until', soon, '--reason', 'x')
  t.match(eligible.results[1], { operation: 'assign-eligible-role', outcome: 'done' })
  t.match(
    eligible.stderr,
    /To activate the role Reports Reader, people need multifactor authentication\. It then lasts 8 hours at most\./,
  )
})

t.test(
  'rules that only some roles have are reported: approval, authentication context, multifactor authentication',
  async t => {
    const role = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b'
    const filter = `scopeId eq '/' and scopeType eq 'DirectoryRole' and roleDefinitionId eq '${role}'`
    const found = await desk.graph('GET', `/policies/roleManagementPolicyAssignments?$filter=${filter}`)
    const [{ policyId }] = found['value'] as [{ readonly policyId: string }]
    const change = (kind: string, of: string, values: object) =>
      desk.graph('PATCH', `/policies/roleManagementPolicies/${policyId}/rules/${kind}_${of}`, {
        '@odata.type': `#microsoft.graph.unifiedRoleManagementPolicy${kind}Rule`,
        ...values,
      })
    await change('Approval', 'EndUser_Assignment', { setting: { isApprovalRequired: true } })
    await change('AuthenticationContext', 'EndUser_Assignment', { isEnabled: true, claimValue: 'c1' })
    await change('Enablement', 'Admin_Eligibility', { enabledRules: ['MultiFactorAuthentication', 'Ticketing'] })
    const ran = await desk.onboard(
      'displayName,userPrincipalName,Role\nMia,mia@contoso.com,Directory Readers\n',
      ...['--role-mode', 'eligible', '--role-until', soon, '--reason', 'x', '--ticket', 'CHG-2'],
    )
    t.match(
      ran.stderr,
      /To activate the role Directory Readers, people need an approval, multifactor authentication and the authentication context c1\./,
    )
    t.match(ran.stderr, /The role Directory Readers is only given by who has signed in with multifactor authentication/)
    t.match(ran.results, [
      { operation: 'create-user', outcome: 'done' },
      {
        code: 'RoleAssignmentRequestPolicyValidationFailed',
        message: /demand multifactor authentication of who assigns it/,
      },
    ])
  },
)

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
