import { isFields, type Fields } from '../../core/json.ts'
import { guidOf } from '../directory/registered-apps.ts'
import type { Entity } from '../directory/types.ts'
import type { Call, Handler } from './call.ts'
import { faults } from './faults.ts'
import { readOptions } from './options.ts'
import { plainFilter } from './plain-filter.ts'
import { byLowerCase, plainSelect } from './plain-select.ts'
import { jsonReply, noContent, wholeReply } from './replies.ts'
import { roleFaults } from './role-faults.ts'
import { changeable, rulesOf, settingsOf } from './role-rules.ts'
import { writeFaults } from './write-faults.ts'

const type = 'unifiedRoleManagementPolicyAssignment'
const properties = ['id', 'policyId', 'scopeId', 'scopeType', 'roleDefinitionId']
const scopeTypes = ['DirectoryRole', 'Directory'] as const

const policyId = ({ directory }: Call, scopeType: string, role: string): string =>
  `${scopeType}_${directory.tenantId}_${guidOf(`role policy ${role}`)}`

/** The policy of each role. */
const assignments = (call: Call): readonly Entity[] =>
  scopeTypes.flatMap(scopeType =>
    call.directory.directoryRoleTemplates.map(({ id: role }) => {
      const policy = policyId(call, scopeType, role)
      return { id: `${policy}_${role}`, policyId: policy, scopeId: '/', scopeType, roleDefinitionId: role }
    }),
  )

/** What is expanded: the policy, perhaps with its rules. */
const expandedIn = (expand: string | undefined): 'nothing' | 'policy' | 'rules' => {
  if (expand === undefined) return 'nothing'
  const found = /^\s*policy\s*(?:\(\s*\$expand=rules\s*\))?\s*$/i.exec(expand)
  if (!found) {
    if (/^\s*policy\s*\(/i.test(expand)) throw faults.notServed(`$expand=${expand}`)
    throw faults.propertyUnknown(expand.trim(), `microsoft.graph.${type}`)
  }
  return expand.includes('(') ? 'rules' : 'policy'
}

const policyOf = (call: Call, { policyId, scopeType, roleDefinitionId }: Entity, withRules: boolean): Fields => ({
  id: policyId,
  displayName: scopeType,
  description: scopeType,
  isOrganizationDefault: false,
  scopeId: '/',
  scopeType,
  lastModifiedDateTime: null,
  lastModifiedBy: { displayName: null, id: null },
  ...(withRules && { rules: rulesOf(call, String(roleDefinitionId)) }),
})

/** A filter must say to which scope the policies apply. */
const scoped = /\bscopeId\s+eq\b[\s\S]*\bscopeType\s+eq\b|\bscopeType\s+eq\b[\s\S]*\bscopeId\s+eq\b/i

/**
 * Answers `GET /policies/roleManagementPolicyAssignments`, with the policies and their rules if they are expanded. Those of groups are not served.
 *
 * @see https://learn.microsoft.com/graph/api/policyroot-list-rolemanagementpolicyassignments
 */
export const listRolePolicies: Handler = call => {
  const options = readOptions(call.request, ['select', 'filter', 'expand'])
  if (options.filter === undefined || !scoped.test(options.filter)) throw roleFaults.policyScope()
  if (/'Group'/i.test(options.filter)) throw faults.notServed("scopeType 'Group'")
  const expanded = expandedIn(options.expand)
  const known = byLowerCase(properties)
  const { names = properties, spelled } = plainSelect(options.select, type, known)
  const passes = plainFilter(options.filter, type, known, { filter: ['scopeId', 'scopeType', 'roleDefinitionId'] })
  const shown = [...spelled, ...(expanded === 'nothing' ? [] : [expanded === 'rules' ? 'policy(rules())' : 'policy()'])]
  const items = assignments(call)
    .filter(passes)
    .map(one =>
      JSON.stringify({
        ...Object.fromEntries(names.map(name => [name, one[name]])),
        ...(expanded !== 'nothing' && { policy: policyOf(call, one, expanded === 'rules') }),
      }),
    )
  const columns = shown.length === 0 ? '' : `(${shown.join(',')})`
  return wholeReply(call.request.root, `policies/roleManagementPolicyAssignments${columns}`, items)
}

/** The role whose policy an address names. @throws GraphFault 404 */
const roleIn = (call: Call): string => {
  const id = call.keys[0]!.value
  const found = assignments(call).find(one => String(one['policyId']).toLowerCase() === id.toLowerCase())
  if (!found) throw faults.notFound(id)
  return String(found['roleDefinitionId'])
}

/** Answers `GET /policies/roleManagementPolicies/{id}/rules`. @see https://learn.microsoft.com/graph/api/unifiedrolemanagementpolicy-list-rules */
export const listRoleRules: Handler = call => {
  readOptions(call.request, [])
  const rules = rulesOf(call, roleIn(call)).map(rule => JSON.stringify(rule))
  return wholeReply(call.request.root, `policies/roleManagementPolicies('${call.keys[0]!.value}')/rules`, rules)
}

/** Answers `GET /policies/roleManagementPolicies/{id}/rules/{id}`. @see https://learn.microsoft.com/graph/api/unifiedrolemanagementpolicyrule-get */
export const readRoleRule: Handler = call => {
  readOptions(call.request, [])
  return jsonReply(JSON.stringify(ruleIn(call, roleIn(call))))
}

const ruleIn = (call: Call, role: string) => {
  const { value } = call.keys[1]!
  const found = rulesOf(call, role).find(({ id }) => id === value)
  if (!found) throw faults.notFound(value)
  return found
}

/** Answers `PATCH /policies/roleManagementPolicies/{id}/rules/{id}`. @see https://learn.microsoft.com/graph/api/unifiedrolemanagementpolicyrule-update */
export const updateRoleRule: Handler = call => {
  readOptions(call.request, [])
  const { body } = call.request
  if (!isFields(body)) throw writeFaults.bodyMissing()
  const role = roleIn(call)
  const rule = ruleIn(call, role)
  if (body['@odata.type'] !== rule['@odata.type']) throw roleFaults.valueInvalid('@odata.type')
  const tests = changeable[rule['@odata.type']]!
  const given: { [name: string]: unknown } = {}
  for (const [name, value] of Object.entries(body)) {
    if (name.includes('@') || name === 'id' || name === 'target') continue
    if (!Object.hasOwn(tests, name)) throw writeFaults.propertyUnknown(name)
    if (!tests[name]!(value)) throw writeFaults.typeMismatch(name)
    given[name] = value
  }
  return {
    holds: [],
    apply() {
      const { policies } = call.directory
      const kept = policies.get(settingsOf(role)) ?? {}
      policies.set(settingsOf(role), { ...kept, [rule.id]: { ...(kept[rule.id] as Fields | undefined), ...given } })
      return noContent
    },
  }
}
