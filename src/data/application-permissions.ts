import { readApplications, readName, readRoles, rolesWhen, type Need, type OperationPermissions } from './needs.ts'

/** @see https://learn.microsoft.com/graph/api/application-update and serviceprincipal-update */
const writeApps: Need = {
  anyOf: ['Application.ReadWrite.OwnedBy', 'Application.ReadWrite.All'],
  delegated: 'Application.ReadWrite.All',
  writes: true,
}
const ownedApps =
  'With Application.ReadWrite.OwnedBy, an app changes only what its service principal owns. Otherwise it needs Application.ReadWrite.All.'

/** Commands that change applications and service principals. */
export const applicationPermissions: readonly OperationPermissions[] = [
  {
    operation: 'apps update',
    kind: 'update-application',
    requests: ['PATCH /applications/{id}', 'GET /applications/{id}'],
    needs: [writeApps, readApplications, readName],
    note: ownedApps,
  },
  {
    operation: 'apps delete',
    kind: 'delete-application',
    requests: [
      'DELETE /applications/{id}',
      'GET /applications/{id}',
      'GET /servicePrincipals/{id}',
      'GET /directory/deletedItems/{id}',
      'GET /applications/$count',
    ],
    needs: [writeApps, readApplications, ...readRoles, readName],
    note: ownedApps,
  },
  {
    operation: 'apps restore',
    kind: 'restore-application',
    requests: [
      'POST /directory/deletedItems/{id}/restore',
      'GET /directory/deletedItems/{id}',
      'GET /applications/{id}',
    ],
    needs: [writeApps, readApplications, readName],
    note: ownedApps,
  },
  {
    operation: 'service-principals update',
    kind: 'update-service-principal',
    requests: ['PATCH /servicePrincipals/{id}', 'GET /servicePrincipals/{id}', 'GET /servicePrincipals/$count'],
    needs: [writeApps, readApplications, ...rolesWhen('to disable service principals'), readName],
    note: ownedApps,
  },
  {
    operation: 'service-principals delete',
    kind: 'delete-service-principal',
    requests: [
      'DELETE /servicePrincipals/{id}',
      'GET /servicePrincipals/{id}',
      'GET /directory/deletedItems/{id}',
      'GET /servicePrincipals/$count',
    ],
    needs: [writeApps, readApplications, ...readRoles, readName],
    note: ownedApps,
  },
  {
    operation: 'service-principals restore',
    kind: 'restore-service-principal',
    requests: [
      'POST /directory/deletedItems/{id}/restore',
      'GET /directory/deletedItems/{id}',
      'GET /servicePrincipals/{id}',
    ],
    needs: [writeApps, readApplications, readName],
    note: ownedApps,
  },
]
