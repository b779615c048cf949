import t from 'tap'
import { roleTemplates } from '../../../src/sandbox/directory/vocabulary/role-templates.ts'
import { root } from './ask.ts'
import { denied, writeBed } from './write-bed.ts'

const role = roleTemplates.find(({ displayName }) => displayName === 'Reports Reader')!.id
const list = '/policies/roleManagementPolicyAssignments'
const ofRoles = `$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'`
const ofOne = `${list}?${ofRoles} and roleDefinitionId eq '${role}'`
const permissions = ['RoleManagement.ReadWrite.Directory', 'Directory.Read.All']

t.test('the policy of a role has the 17 rules of the documents', async t => {
  const { ask } = writeBed(t)
  const { body } = await ask(`${ofOne}&$expand=policy($expand=rules)`, { permissions })
  t.equal(body['@odata.context'], `${root}/$metadata#policies/roleManagementPolicyAssignments(policy(rules()))`)
  const [{ policy, ...assignment }] = body.value
  t.match(assignment, {
    id: `${assignment.policyId}_${role}`,
    policyId: /^DirectoryRole_[0-9a-f-]{36}_[0-9a-f-]{36}$/,
    ...{ scopeId: '/', scopeType: 'DirectoryRole', roleDefinitionId: role },
  })
  t.equal(policy.id, assignment.policyId)
  const rules = new Map(policy.rules.map((rule: { readonly id: string }) => [rule.id, rule]))
  t.equal(rules.size, 17)
  t.match(rules.get('Expiration_Admin_Eligibility'), {
    '@odata.type': '#microsoft.graph.unifiedRoleManagementPolicyExpirationRule',
    ...{ isExpirationRequired: false, maximumDuration: 'P365D' },
    target: { caller: 'Admin', operations: ['all'], level: 'Eligibility' },
  })
  t.match(rules.get('Enablement_Admin_Assignment'), { enabledRules: ['Justification'] })
  t.match(rules.get('Approval_EndUser_Assignment'), { setting: { isApprovalRequired: false } })
  t.match(rules.get('AuthenticationContext_EndUser_Assignment'), { isEnabled: false, claimValue: null })
  t.ok(rules.has('Notification_Approver_EndUser_Assignment'))
})

t.test('policies are listed for a scope only, and expanded only when asked', async t => {
  const { ask } = writeBed(t)
  const all = await ask(`${list}?${ofRoles}&$select=roleDefinitionId`, { permissions })
  t.equal(all.body.value.length, roleTemplates.length)
  t.strictSame(Object.keys(all.body.value[0]), ['roleDefinitionId'])
  t.equal((await ask(list, { permissions })).status, 400)
  t.equal((await ask(`${list}?$filter=scopeId eq '/'`, { permissions })).status, 400)
  t.equal((await ask(`${list}?$filter=scopeId eq 'x' and scopeType eq 'Group'`, { permissions })).status, 501)
  t.equal((await ask(`${ofOne}&$expand=policy($expand=effectiveRules)`, { permissions })).status, 501)
  t.equal((await ask(`${ofOne}&$expand=nope`, { permissions })).status, 400)
  t.match(await ask(ofOne, { permissions: ['Directory.Read.All'] }), denied)
})

t.test('a rule that is changed refuses what it does not allow, for its role alone', async t => {
  const { ask, send, cloud } = writeBed(t)
  const [{ policyId }] = (await ask(ofOne, { permissions })).body.value
  const change = (rule: string, body: object) =>
    send('PATCH', `/policies/roleManagementPolicies/${policyId}/rules/${rule}`, body, { permissions })
  const enablement = { '@odata.type': '#microsoft.graph.unifiedRoleManagementPolicyEnablementRule' }
  const expiration = { '@odata.type': '#microsoft.graph.unifiedRoleManagementPolicyExpirationRule' }
  t.equal((await change('Enablement_Admin_Eligibility', { ...expiration, enabledRules: [] })).status, 400)
  t.equal((await change('Enablement_Admin_Eligibility', { ...enablement, enabledRules: ['Nope'] })).status, 400)
  t.equal((await change('Nope', { ...enablement, enabledRules: [] })).status, 404)
  const enabledRules = ['Justification', 'Ticketing', 'MultiFactorAuthentication']
  t.equal((await change('Enablement_Admin_Eligibility', { ...enablement, enabledRules })).status, 204)
  t.equal(
    (
      await change('Expiration_Admin_Eligibility', {
        ...expiration,
        ...{ isExpirationRequired: true, maximumDuration: 'PT12H' },
      })
    ).status,
    204,
  )
  const rules = `/policies/roleManagementPolicies/${policyId}/rules`
  t.match((await ask(`${rules}/Enablement_Admin_Eligibility`, { permissions })).body, { enabledRules })
  t.equal((await ask(rules, { permissions })).body.value.length, 17)
  const give = (roleDefinitionId: string) =>
    send(
      'POST',
      '/roleManagement/directory/roleEligibilityScheduleRequests',
      {
        ...{ action: 'adminAssign', roleDefinitionId, principalId: cloud.id, directoryScopeId: '/' },
        scheduleInfo: { expiration: { type: 'afterDuration', duration: 'P1D' } },
      },
      { permissions },
    )
  t.match(await give(role), {
    status: 400,
    body: {
      message: 'The following policy rules failed: ["ExpirationRule","JustificationRule","TicketingRule","MfaRule"]',
    },
  })
  t.equal((await give(roleTemplates.find(({ displayName }) => displayName === 'Directory Readers')!.id)).status, 201)
})
