import { notablePrincipal, notableProperties } from './applications/notable.ts'
import { ownApp } from './applications/own.ts'
import { deletionOf } from './objects/deletion.ts'

/**
 * Deletes service principals. They stay in the bin for 30 days.
 *
 * @see https://learn.microsoft.com/graph/api/serviceprincipal-delete
 */
export const deleteServicePrincipal = deletionOf({
  of: 'servicePrincipal',
  title: 'Delete service principals',
  properties: ['displayName', 'appId', 'accountEnabled', 'servicePrincipalType'],
  kept: (seen, own) => ownApp('servicePrincipal', seen, own),
  notable: { properties: notableProperties, of: notablePrincipal },
})
