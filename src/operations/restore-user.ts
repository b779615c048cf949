import type { Values } from '../core/operation.ts'
import { restorationOf } from './objects/restoration.ts'
import { expectWritable } from './properties/expect-property.ts'
import { invalid } from './values/expect.ts'

/**
 * Restores deleted users from the bin.
 *
 * @see https://learn.microsoft.com/graph/api/directory-deleteditems-restore
 */
export const restoreUser = restorationOf({
  of: 'user',
  title: 'Restore users',
  options: {
    columns: {
      newUserPrincipalName: { type: 'String' },
      autoReconcileProxyConflict: { type: 'Boolean' },
    },
    accept({ newUserPrincipalName, autoReconcileProxyConflict }) {
      const options: { [name: string]: Values[string] } = {}
      if ((newUserPrincipalName ?? null) !== null) {
        const name = typeof newUserPrincipalName === 'string' ? newUserPrincipalName.trim() : newUserPrincipalName!
        expectWritable('user', 'userPrincipalName', name)
        options['newUserPrincipalName'] = name
      }
      if ((autoReconcileProxyConflict ?? null) !== null) {
        if (typeof autoReconcileProxyConflict !== 'boolean')
          throw invalid('autoReconcileProxyConflict', 'Expected autoReconcileProxyConflict to be true or false.')
        options['autoReconcileProxyConflict'] = autoReconcileProxyConflict
      }
      return options
    },
    properties: ({ newUserPrincipalName: name }) => (name === undefined ? {} : { userPrincipalName: name }),
    conflicts: {
      userPrincipalName: 'Choose another name for the user, in a column newUserPrincipalName.',
      proxyAddresses:
        'Restore it without the addresses that others have: write true to a column autoReconcileProxyConflict.',
    },
  },
})
