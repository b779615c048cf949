import type { Decision, Finding, Looked, Operation } from '../core/operation.ts'
import type { Seen } from './objects/read-each.ts'
import { isBusy, isConflict, isDone, refused } from './replies/refused.ts'
import { deletedGuests, usersWithAddress } from './users/addressees.ts'
import { domainsOfDirectory } from './users/domains.ts'
import { isExternal } from './users/external.ts'
import { invitationColumns, invitationIn, sentInvitation, type Invitation } from './users/invitation.ts'

const addressOf = ({ invitedUserEmailAddress }: Invitation): string => invitedUserEmailAddress

const isGuest = (id: string, address: string, state: unknown): Finding => ({
  outcome: 'unchanged',
  id,
  message:
    state === 'Accepted'
      ? `${address} is a guest, who has accepted.`
      : `${address} is a guest, who has not accepted yet.`,
})

const isMember = (id: string, address: string): Finding => ({
  outcome: 'failed',
  id,
  code: 'USER_EXISTS',
  message: `${address} belongs to a user of this directory, who was not invited.`,
  fix: 'Remove the row: this person uses the existing account.',
})

const inBin = (id: string, address: string): Finding => ({
  outcome: 'failed',
  id,
  code: 'USER_DELETED',
  message: `A deleted guest was invited as ${address}.`,
  fix: `Restore the guest with \`entrapipe users restore\`, or purge it with \`entrapipe users purge\`: its id is ${id}.`,
})

const ofDirectory = (address: string): Finding => ({
  outcome: 'failed',
  code: 'DOMAIN_OF_DIRECTORY',
  message: `${address} is in a verified domain of this directory, which has no user with this address.`,
  fix: 'Correct the address, or create the person with `entrapipe users create`.',
})

/** After so many attempts that left nothing, the directory contradicts itself. */
const mostAttempts = 10

const decided = (
  { value, sinceMs, attempts }: { readonly value: Invitation; readonly sinceMs: number; readonly attempts: number },
  users: readonly Seen[],
  deleted: string | undefined,
): Decision => {
  const address = addressOf(value)
  const guest = users.find(isExternal)
  if (guest) {
    // Only the beta version of Graph shows who invited a guest (`invitedBy`), and the undo deletes guests that are done.
    return Date.parse(String(guest['createdDateTime'])) >= sinceMs
      ? { unknown: `No reply came. ${address} is a guest since then, invited by this run or by somebody else.` }
      : { unknown: `No reply came, and somebody else invited ${address} just before.` }
  }
  const [user] = users
  if (user) return isMember(user.id, address)
  // The bin had no such guest when the row was looked at.
  if (deleted !== undefined)
    return { unknown: `No reply came, and then the guest ${deleted}, who was invited as ${address}, was deleted.` }
  return attempts < mostAttempts ? 'not-done' : { unknown: `No reply came, and nobody has the address ${address}.` }
}

/**
 * Invites people from elsewhere. A guest who was invited before is not invited again, so that nobody gets two mails. After a lost reply, a
 * guest is `unknown`: it is there, by whatever invitation, and no second mail goes out.
 *
 * @see https://learn.microsoft.com/graph/api/invitation-post
 */
export const inviteUser: Operation<Invitation> = {
  kind: 'invite-user',
  title: 'Invite guests',
  changes: 'user',
  columns: invitationColumns,
  accept: invitationIn,
  about: value => `user ${addressOf(value)}`.toLowerCase(),
  locks: value => [addressOf(value).toLowerCase()],
  // A repeat may send a second mail.
  repeat: () => 'never',
  async look(values, context) {
    const addresses = values.map(addressOf)
    const users = await usersWithAddress(addresses, ['externalUserState'], context)
    const isNew = users.some(found => found.length === 0)
    const deleted = isNew ? await deletedGuests(addresses, context) : []
    const domains = isNew ? await domainsOfDirectory(context) : new Map<string, string>()
    return values.map((value, at): Looked => {
      const address = addressOf(value)
      const [found, holder] = [users[at]!, deleted[at]]
      const guest = found.find(isExternal)
      if (guest) return isGuest(guest.id, address, guest['externalUserState'])
      if (found[0]) return isMember(found[0].id, address)
      if (holder !== undefined) return inBin(holder, address)
      if (domains.has(address.slice(address.indexOf('@') + 1).toLowerCase())) return ofDirectory(address)
      return { send: { existed: false }, notable: value.sendInvitationMessage ? ['invitation-mail'] : [] }
    })
  },
  request: ([row]) => ({ method: 'POST', url: '/invitations', body: sentInvitation(row!.value) }),
  settle([row], reply) {
    if (isDone(reply)) {
      const id = (reply.body as { readonly invitedUser?: { readonly id?: string } } | undefined)?.invitedUser?.id
      return [id === undefined ? 'undecided' : { outcome: 'done', id }]
    }
    if (isBusy(reply)) return ['apart']
    // A guest of this name is in the bin: one of an attempt whose reply was lost, or somebody else's. The next look tells.
    if (isConflict(reply, 'userPrincipalName')) return [row!.lost ? 'undecided' : 'later']
    return [refused(reply)]
  },
  async decide(rows, context) {
    const addresses = rows.map(({ value }) => addressOf(value))
    const users = await usersWithAddress(addresses, ['externalUserState', 'createdDateTime'], context)
    const deleted = users.some(found => found.length === 0) ? await deletedGuests(addresses, context) : []
    return rows.map((row, at) => decided(row, users[at]!, deleted[at]))
  },
  // Who has accepted since uses the account, and keeps it.
  inverse: (_value, _before, id) =>
    id === undefined
      ? undefined
      : { kind: 'delete-user', value: { user: id }, expected: { externalUserState: 'PendingAcceptance' } },
}
