import { randomUUID } from 'node:crypto'
import type { Fields } from '../../core/json.ts'
import { hidden } from '../directory/hidden-properties.ts'
import { isoTimeOfMs } from '../directory/iso-time.ts'
import { securityIdentifierOf } from '../directory/texts.ts'
import type { Entity } from '../directory/types.ts'
import type { SandboxReply } from '../protocol.ts'
import type { Call, Handler } from './call.ts'
import { commit } from './commit.ts'
import { isExternal } from './external.ts'
import { faults } from './faults.ts'
import { invitationFaults } from './invitation-faults.ts'
import { askedInvitation, type Asked } from './invitation.ts'
import { lookUp } from './lookup.ts'
import { checkQuota } from './object-quota.ts'
import { readOptions } from './options.ts'
import { demand, writing } from './permissions.ts'
import { demandInviterOfMembers, demandRedemptionRole } from './privileged.ts'
import { createdReply } from './replies.ts'
import { withComputed } from './user-computed.ts'

/** How often a user was invited, and how many mails went out. */
interface Invitations {
  readonly made: number
  readonly mails: number
}

/**
 * Answers `POST /invitations`. Who was invited before is invited again: the reply is 201 with the same user, and there is another mail if the
 * request asks for one.
 *
 * @see https://learn.microsoft.com/graph/api/invitation-post
 */
export const invite: Handler = call => {
  readOptions(call.request, [])
  const asked = askedInvitation(call.request.body)
  if (asked.resetsRedemption) return reset(call, asked)
  // To invite a member of the directory as an external user of itself.
  if (asked.user !== undefined) throw faults.notServed('/invitations with invitedUser and without resetRedemption')
  if (asked.userType === 'Member') demandInviterOfMembers(call)
  const found = holderOf(call, asked.address)
  return {
    holds: found ? [found.id] : [],
    apply() {
      const user = holderOf(call, asked.address)
      if (user && !isExternal(user)) throw invitationFaults.userExists(user.id)
      if (!user && isOfDirectory(call, asked.address)) throw invitationFaults.domainVerified()
      return reply(call, asked, user ? again(call, user, asked, {}) : create(call, asked))
    },
  }
}

/**
 * Lets an external user redeem an invitation once more. Unconfirmed: that its state is then that of a new one.
 *
 * @see https://learn.microsoft.com/entra/external-id/reset-redemption-status
 */
const reset = (call: Call, asked: Asked): ReturnType<Handler> => {
  const { caller } = call.request
  demand(caller, writing.resetRedemption)
  const named = asked.user === undefined ? holderOf(call, asked.address) : undefined
  const user = named ?? lookUp(call, 'user', { value: asked.user ?? asked.address })
  if (!isExternal(user)) throw invitationFaults.userExists(user.id)
  demandRedemptionRole(call, user.id)
  const addresses = [user['mail'], ...((user['otherMails'] ?? []) as readonly string[])]
  if (!addresses.some(one => String(one).toLowerCase() === asked.address.toLowerCase()))
    throw invitationFaults.addressOfAnother()
  return {
    holds: [user.id],
    apply: () => reply(call, asked, again(call, user, asked, pending(call))),
  }
}

/** The user who has an address, or is called so. */
const holderOf = ({ directory }: Call, address: string): Entity | undefined => {
  const users = directory.collection('user')
  const name = address.toLowerCase()
  return users.find('proxyAddresses', name, 'truth') ?? users.find('userPrincipalName', name, 'truth')
}

const isOfDirectory = ({ directory }: Call, address: string): boolean =>
  directory.domains.some(
    ({ id, isVerified }) => isVerified === true && id.toLowerCase() === address.split('@')[1]!.toLowerCase(),
  )

const pending = ({ directory }: Call): Fields => ({
  externalUserState: 'PendingAcceptance',
  externalUserStateChangeDateTime: isoTimeOfMs(directory.now()),
})

/** Unconfirmed: the name of a guest without a given one, and that a deleted guest keeps its name, so that nobody is made beside it. */
const create = (call: Call, asked: Asked): Entity => {
  checkQuota(call)
  const { directory } = call
  const id = directory.freshId()
  const account = `${asked.address.replace('@', '_')}#EXT#`
  const domain = directory.domains.find(({ isInitial }) => isInitial === true)!.id
  const values = withComputed(
    directory,
    {
      accountEnabled: true,
      creationType: 'Invitation',
      displayName: asked.displayName ?? asked.address.split('@')[0],
      mail: asked.address,
      mailNickname: account,
      otherMails: [asked.address],
      showInAddressList: false,
      userPrincipalName: `${account}@${domain}`,
      userType: asked.userType,
      ...pending(call),
    },
    {},
  )
  const user = { id, ...values, securityIdentifier: securityIdentifierOf(id) }
  commit(call, [{ do: 'create', kind: 'user', values: { ...user, ...invitations(undefined, asked) } }])
  return user
}

const again = (call: Call, user: Entity, asked: Asked, more: Fields): Entity => {
  const before = call.directory.collection('user').hidden(user.id, hidden.invitations, 'truth')
  const values = { ...more, ...invitations((before ?? undefined) as Invitations | undefined, asked) }
  commit(call, [{ do: 'update', kind: 'user', id: user.id, values }])
  return { ...user, ...more }
}

/** Invitations are kept with their user, so that they are in the journal and in the ledger of truth. */
const invitations = ({ made, mails }: Invitations = { made: 0, mails: 0 }, { sendsMail }: Asked): Fields => ({
  [hidden.invitations]: { made: made + 1, mails: mails + Number(sendsMail) },
})

/** Nobody can redeem the invitation: the sandbox has no such page. */
const reply = ({ directory, request }: Call, asked: Asked, user: Entity): SandboxReply => {
  const id = randomUUID()
  const page = `https://invitations.microsoft.com/redeem/?tenant=${directory.tenantId}&user=${id}&ticket=${randomUUID()}&ver=2.0`
  const invitation = {
    id,
    inviteRedeemUrl: `https://login.microsoftonline.com/redeem?rd=${encodeURIComponent(page)}`,
    invitedUserDisplayName: asked.displayName,
    invitedUserType: asked.userType,
    invitedUserEmailAddress: asked.address,
    sendInvitationMessage: asked.sendsMail,
    resetRedemption: asked.resetsRedemption,
    inviteRedirectUrl: asked.redirectUrl,
    status: user['externalUserState'] === 'Accepted' ? 'Completed' : 'PendingAcceptance',
    invitedUserMessageInfo: asked.message,
    invitedUser: { id: user.id },
  }
  return createdReply(request.root, 'invitations', id, JSON.stringify(invitation))
}
