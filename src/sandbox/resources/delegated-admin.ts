import type { Relationship } from '../directory/partnership.ts'
import type { Entity } from '../directory/types.ts'
import type { Call } from './call.ts'
import { faults } from './faults.ts'
import { listed } from './route.ts'
import { plainCount, plainList, plainSingle, type Plain } from './plain-list.ts'
import type { Requirement } from './permissions.ts'
import type { Route } from './router.ts'

/** Permissions for relationships with customers. @see https://learn.microsoft.com/graph/api/tenantrelationship-list-delegatedadminrelationships */
const needs: Requirement = ['DelegatedAdminRelationship.Read.All', 'DelegatedAdminRelationship.ReadWrite.All']

const relationships = ({ partnership }: Call): readonly Relationship[] => partnership?.list() ?? []

const etag = (text: string): string => `W/"${Buffer.from(text).toString('base64')}"`

const unifiedRoles = (roles: readonly string[]) => ({
  unifiedRoles: roles.map(roleDefinitionId => ({ roleDefinitionId })),
})

const daysBetween = (from: string, until: string): string =>
  `P${Math.max(1, Math.round((Date.parse(until) - Date.parse(from)) / 86_400_000))}D`

/** @see https://learn.microsoft.com/graph/api/resources/delegatedadminrelationship */
const relationshipEntity = (each: Relationship): Entity => ({
  '@odata.type': '#microsoft.graph.delegatedAdminRelationship',
  '@odata.etag': etag(each.lastModifiedDateTime),
  id: each.id,
  displayName: each.displayName,
  duration: daysBetween(each.activatedDateTime, each.endDateTime),
  customer: each.customer,
  accessDetails: unifiedRoles(each.roles),
  status: each.status,
  autoExtendDuration: each.autoExtendDuration,
  createdDateTime: each.createdDateTime,
  lastModifiedDateTime: each.lastModifiedDateTime,
  activatedDateTime: each.isPending ? null : each.activatedDateTime,
  endDateTime: each.isPending ? null : each.endDateTime,
})

/** @see https://learn.microsoft.com/graph/api/resources/delegatedadminaccessassignment */
const assignmentEntity = (each: Relationship, group: string): Entity => ({
  '@odata.type': '#microsoft.graph.delegatedAdminAccessAssignment',
  '@odata.etag': etag(each.assignment),
  id: each.assignment,
  status: each.status === 'active' ? 'active' : each.status === 'approvalPending' ? 'pending' : 'deleted',
  createdDateTime: each.createdDateTime,
  lastModifiedDateTime: each.lastModifiedDateTime,
  accessContainer: { accessContainerId: group, accessContainerType: 'securityGroup' },
  accessDetails: unifiedRoles(each.roles),
})

const plains = {
  relationships: {
    type: 'delegatedAdminRelationship',
    set: 'tenantRelationships/delegatedAdminRelationships',
    properties: [
      ...['id', 'displayName', 'duration', 'customer', 'accessDetails', 'status', 'autoExtendDuration'],
      ...['createdDateTime', 'lastModifiedDateTime', 'activatedDateTime', 'endDateTime'],
    ],
    filter: ['status', 'displayName'],
    items: call => relationships(call).map(relationshipEntity),
  },
  assignments: {
    type: 'delegatedAdminAccessAssignment',
    set: 'tenantRelationships/delegatedAdminRelationships/accessAssignments',
    properties: ['id', 'status', 'createdDateTime', 'lastModifiedDateTime', 'accessContainer', 'accessDetails'],
    filter: ['status'],
    items(call) {
      const id = call.keys[0]!.value
      const found = relationships(call).find(each => each.id === id)
      if (!found) throw faults.notFound(id)
      return [assignmentEntity(found, call.partnership!.group)]
    },
  },
  customers: {
    type: 'delegatedAdminCustomer',
    set: 'tenantRelationships/delegatedAdminCustomers',
    properties: ['id', 'tenantId', 'displayName'],
    filter: ['tenantId', 'displayName'],
    items(call) {
      const byId = new Map(relationships(call).map(({ customer }) => [customer.tenantId, customer]))
      return [...byId].map(([id, { tenantId, displayName }]) => ({
        '@odata.type': '#microsoft.graph.delegatedAdminCustomer',
        '@odata.etag': etag(id),
        id,
        tenantId,
        displayName,
      }))
    },
  },
} as const satisfies Record<string, Omit<Plain, 'paged'>>

const routesOf = (path: string, plain: Omit<Plain, 'paged'>): readonly Route[] => {
  // A page has at most 300.
  const paged: Plain = { ...plain, paged: true, mostPerPage: 300 }
  return listed(path, needs, { list: plainList(paged), count: plainCount(paged), single: plainSingle(paged) })
}

/**
 * Routes for the relationships of a partner with its customers. Other tenants have none. They cannot be changed by requests
 * to Graph.
 *
 * @see https://learn.microsoft.com/graph/api/resources/delegatedadminrelationships-api-overview
 */
export const delegatedAdminRoutes: readonly Route[] = [
  ...routesOf('/tenantRelationships/delegatedAdminRelationships', plains.relationships),
  ...routesOf('/tenantRelationships/delegatedAdminRelationships/{id}/accessAssignments', plains.assignments),
  ...routesOf('/tenantRelationships/delegatedAdminCustomers', plains.customers),
]
