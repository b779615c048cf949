import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { undoneUsers } from './population.ts'
import type { Stage } from './stage.ts'
import { deedsBy, mutate, type Trial } from './trial.ts'

/** Guests are invited from a CSV, every second one with a mail, and deleted by the undo. */
export const inviteTrials = (stage: Stage, rows: number) => {
  const { directory, folder } = stage
  const domain = 'partner.example'
  const addressOf = (at: number): string => `guest${at}@${domain}`
  /** Rows in which something is wrong: the same change twice, and an address of the directory. */
  const repeats = (at: number): boolean => at % 200 === 7
  const isBad = (at: number): boolean => at % 200 === 9
  const isMailed = (at: number): boolean => at % 2 === 0
  const file = join(folder, 'guests.csv')
  const line = (at: number): string =>
    `${isBad(at) ? `guest${at}@${stage.domain}` : addressOf(at)},${isMailed(at) ? 'true' : ''}\n`
  writeFileSync(
    file,
    `email,sendEmail\n${Array.from({ length: rows }, (_, at) => line(repeats(at) ? at - 1 : at)).join('')}`,
  )
  const users = directory.collection('user')
  const guestOf = (address: string) => users.find('proxyAddresses', address.toLowerCase(), 'truth')
  const rivals = new Set<string>()
  const rowOf = (address: string): number => Number(/^guest(\d+)/.exec(address)?.[1])
  const accountOf = (address: string): string =>
    `${address.replace('@', '_')}#EXT#@${String(directory.domains.find(({ isInitial }) => isInitial === true)!.id)}`

  const invite: Trial = {
    name: 'invite guests',
    onlyCreates: true,
    args: ['users', 'invite', '--from', file, '--redirect-url', 'https://myapplications.microsoft.com'],
    writes: ['POST /invitations'],
    rowsPerWrite: 1,
    // Members who were made with the address of a row: nobody could tell whose a guest is.
    rival(place, isUnderWay) {
      const at = Math.min(place, rows - 1)
      const mail = addressOf(at)
      const isGuest = !isUnderWay && place % 2 === 0
      const made = mutate(stage, {
        do: 'create',
        kind: 'user',
        values: {
          userPrincipalName: isGuest ? accountOf(mail) : `rival${at}@${stage.domain}`,
          displayName: `Rival ${at}`,
          mailNickname: `rival${at}`,
          mail,
          proxyAddresses: [`SMTP:${mail}`],
          accountEnabled: true,
          ...(isGuest && { userType: 'Guest', externalUserState: 'PendingAcceptance' }),
        },
      })
      if (made) rivals.add(mail)
      return made
    },
    concede({ value }) {
      const address = String(value['invitedUserEmailAddress'])
      const user = guestOf(address)
      if (user && rivals.delete(address)) mutate(stage, { do: 'delete', kind: 'user', id: user.id, permanent: true })
    },
    judge() {
      const deeds = deedsBy()
      const mails = new Map<string, number>()
      for (const { userPrincipalName, by, invitationMails = 0 } of directory.truthOf('user')) {
        const name = String(userPrincipalName)
        mails.set(name, invitationMails)
        // Each invitation creates or updates its guest: a second one would be a second mail.
        for (const { what, client } of by) if (what === 'created' || what === 'updated') deeds.add(name, client)
      }
      return ({ value, outcome }) => {
        const address = String(value['invitedUserEmailAddress'])
        const isOwn = outcome === 'done'
        return {
          deeds: deeds.of(accountOf(address)),
          mustBeDone: !rivals.has(address) && address === addressOf(rowOf(address)) && outcome !== 'unchanged',
          isAsWanted:
            guestOf(address) !== undefined &&
            (!isOwn || mails.get(accountOf(address)) === Number(isMailed(rowOf(address)))),
        }
      }
    },
  }
  return { invite, undo: undoneUsers(stage) }
}
