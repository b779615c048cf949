import { commandWords } from '../../core/command-words.ts'
import { joined } from '../../core/joined.ts'

/**
 * What some operations mean beyond the change itself, as sentences; `final` where they have no way back.
 *
 * @see https://learn.microsoft.com/entra/fundamentals/users-restore
 * @see https://learn.microsoft.com/entra/identity/devices/manage-stale-devices
 * @see https://learn.microsoft.com/graph/api/directory-deleteditems-restore
 * @see https://learn.microsoft.com/microsoft-365/admin/manage/remove-licenses-from-users
 */
const meanings: Readonly<Record<string, string>> = {
  'invite-user': 'Invited guests are users of the directory at once, and can be given access before they accept.',
  'delete-user':
    'Deleted users lose access and free the seats of their licences. They and their mailboxes can be restored for 30 days, unless somebody takes their user principal names or proxyAddresses meanwhile.',
  'restore-user':
    'Restored users need free seats for their licences. A row whose user principal name was taken meanwhile fails, unless a column newUserPrincipalName has another one; a mailbox that was deleted more than 30 days ago is lost.',
  'purge-user': 'Purged users, with their mailboxes, cannot be restored.',
  'reset-password': 'The old passwords cannot be restored. The sessions of these users end.',
  'disable-user': 'Disabled users cannot sign in.',
  'delete-application':
    'Deleting an application also deletes its service principal: nobody can sign in to it any more. Both can be restored for 30 days, and the undo restores both.',
  'restore-application':
    'Restored applications come back without their service principals, which `entrapipe service-principals restore` restores.',
  'delete-service-principal':
    'Nobody in this directory can sign in to the app of a deleted service principal any more. It can be restored for 30 days.',
  'delete-device':
    'Deleted devices can no longer sign in and are deleted permanently, with their BitLocker keys. A device that is registered again is a new one.',
  'disable-device': 'Disabled devices cannot sign in. They keep their registration, owners and BitLocker keys.',
  'delete-group':
    'Members of a deleted group lose what it grants: access, and licences that it assigns. A group in the recycle bin can be restored for 30 days.',
  'final update-group':
    'Groups that become dynamic lose all their members: from then on, the rule determines who is a member.',
  'assign-app-role':
    'An application decides what its app roles allow. The roles of Microsoft Graph give an app access to the directory.',
  'unassign-app-role':
    'A principal that loses an app role loses what the application allows with it, once new tokens are issued.',
  'assign-role': 'A directory role is in effect within minutes, in the whole directory or in one administrative unit.',
  'unassign-role':
    'A principal that loses a directory role can no longer do what the role allows, once new tokens are issued.',
  'assign-eligible-role': 'Eligible people have a role once they activate it.',
  'unassign-eligible-role':
    'People who are no longer eligible cannot activate the role. A role that is active now stays until it ends.',
  'remove-app-owner': 'Removed owners can no longer change the application, nor its secrets and certificates.',
  'remove-service-principal-owner': 'Removed owners can no longer change the service principal, nor its assignments.',
  'add-unit-member':
    'Members of a restricted management administrative unit can only be changed by administrators of the unit.',
  'remove-unit-member': 'Administrators of an administrative unit can no longer manage what is removed from it.',
  'remove-license':
    'Users who lose a product lose its services. Microsoft keeps their data for 30 days; a removal of the last plan for mail disconnects the mailbox.',
  'remove-group-license':
    'Members of a group lose what it no longer gives, and its services, unless something else gives it. Graph processes them later.',
  'remove-member': 'Removed members lose what the group grants: access, and licences that it assigns.',
}

/** What disabled users keep, with the operations that take it: those of the same run may be about the same users. */
const keptWithout: readonly (readonly [what: string, takenBy: readonly string[]])[] = [
  ['licences', ['remove-license', 'remove-group-license', 'remove-member', 'delete-user']],
  ['mailboxes', ['remove-license', 'remove-group-license', 'remove-member', 'delete-user']],
  ['memberships', ['remove-member', 'delete-user']],
]

const keptWords = (kinds: readonly string[]): string => {
  const kept = keptWithout.filter(([, takenBy]) => !takenBy.some(kind => kinds.includes(kind)))
  return kept.length === 0 ? '' : ` They keep their ${joined(kept.map(([what]) => what))}.`
}

/** What these operations mean together, as sentences. */
export const meaningsOf = (kinds: readonly string[]): readonly string[] =>
  kinds.flatMap(kind => {
    const meaning = meanings[kind]
    return meaning === undefined ? [] : [kind === 'disable-user' ? `${meaning}${keptWords(kinds)}` : meaning]
  })

/** What is left to do after a command, as sentences with commands; nothing after most. */
export const afterwards = (command: string, run: string): readonly string[] =>
  command === commandWords('restore-application')
    ? [
        `Service principals stay in the bin: \`entrapipe runs results ${run}\` names those of these applications, and \`entrapipe service-principals restore\` restores them.`,
      ]
    : []
