import { readApplications, readRoles, rolesWhen, type Need, type OperationPermissions } from './needs.ts'
import { objectEntries } from './object-entries.ts'

/** @see https://learn.microsoft.com/graph/api/application-update and serviceprincipal-update */
const writeApps: Need = {
  anyOf: ['Application.ReadWrite.OwnedBy', 'Application.ReadWrite.All'],
  delegated: 'Application.ReadWrite.All',
  writes: true,
}
const note =
  'With Application.ReadWrite.OwnedBy, an app changes only what its service principal owns. Otherwise it needs Application.ReadWrite.All.'

const ofApps = objectEntries({ command: 'apps', kind: 'application', path: '/applications', reads: readApplications })
const ofServicePrincipals = objectEntries({
  command: 'service-principals',
  kind: 'service-principal',
  path: '/servicePrincipals',
  reads: readApplications,
})

/** Commands that change applications and service principals. */
export const applicationPermissions: readonly OperationPermissions[] = [
  ofApps('update', writeApps, { needs: rolesWhen('to protect privileged applications'), note }),
  ofApps('delete', writeApps, {
    requests: ['GET /servicePrincipals/{id}'],
    binned: true,
    counts: true,
    needs: readRoles,
    note,
  }),
  ofApps('restore', writeApps, { note }),
  ofServicePrincipals('update', writeApps, {
    counts: true,
    needs: rolesWhen('to protect privileged service principals'),
    note,
  }),
  ofServicePrincipals('delete', writeApps, { binned: true, counts: true, needs: readRoles, note }),
  ofServicePrincipals('restore', writeApps, { note }),
]
