import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { undoneUsers } from './population.ts'
import type { Stage } from './stage.ts'
import { deedsBy, mutate, type Trial } from './trial.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Users are created from a CSV, and deleted by the undo. */
export const userTrials = (stage: Stage, rows: number) => {
  const { directory, domain, folder } = stage
  const upnOf = (at: number): string => `hire${String(at).padStart(7, '0')}@${domain}`
  const nameOf = (at: number): string => `Hire ${at}`
  const passwordOf = (at: number): string => `First-day-${at}!`
  /** Rows in which something is wrong: the same change twice, and a domain that is not verified. */
  const repeats = (at: number): boolean => at % 200 === 7
  const isBad = (at: number): boolean => at % 200 === 9
  const rivals = new Set<string>()
  const file = join(folder, 'users.csv')
  const line = (at: number): string => {
    const upn = isBad(at) ? `hire${at}@unverified.example` : upnOf(at)
    return `${nameOf(at)},${upn},${passwordOf(at)},Sales\n`
  }
  writeFileSync(file, 'displayName,userPrincipalName,password,department\n')
  for (let from = 0; from < rows; from += 10_000)
    writeFileSync(
      file,
      Array.from({ length: Math.min(10_000, rows - from) }, (_, more) =>
        line(repeats(from + more) ? from + more - 1 : from + more),
      ).join(''),
      { flag: 'a' },
    )

  const create: Trial = {
    name: 'create users',
    onlyCreates: true,
    args: ['users', 'create', '--from', file],
    writes: ['POST /users'],
    rowsPerWrite: 1,
    rival(place, isUnderWay) {
      // With the same values nobody could tell whose it is, if the reply was lost: only before the run.
      const [at, isSame] = [Math.min(place, rows - 1), !isUnderWay && place % 5 === 0]
      const userPrincipalName = upnOf(at)
      const made = mutate(stage, {
        do: 'create',
        kind: 'user',
        values: {
          userPrincipalName,
          displayName: isSame ? nameOf(at) : `Rival ${at}`,
          ...(isSame && { department: 'Sales' }),
          mailNickname: `rival${at}`,
          accountEnabled: true,
        },
      })
      if (made) rivals.add(userPrincipalName)
      return made
    },
    concede({ value }) {
      const upn = String(value['userPrincipalName'])
      const user = directory.collection('user').find('userPrincipalName', upn, 'truth')
      if (user && rivals.delete(upn)) mutate(stage, { do: 'delete', kind: 'user', id: user.id, permanent: true })
    },
    judge() {
      const deeds = deedsBy()
      const passwords = new Map<string, string | undefined>()
      for (const { userPrincipalName, passwordSha256, by } of directory.truthOf('user'))
        for (const { what, client } of by)
          if (what === 'created') {
            deeds.add(String(userPrincipalName), client)
            passwords.set(String(userPrincipalName), passwordSha256 ?? undefined)
          }
      const users = directory.collection('user')
      return ({ value, outcome }) => {
        const upn = String(value['userPrincipalName'])
        const at = Number(upn.slice(4).split('@')[0])
        const isOwn = outcome === 'done'
        return {
          deeds: deeds.of(upn),
          mustBeDone: !rivals.has(upn) && upn === upnOf(at) && outcome !== 'unchanged',
          isAsWanted:
            users.find('userPrincipalName', upn, 'truth') !== undefined &&
            (!isOwn || passwords.get(upn) === sha256(passwordOf(at))),
        }
      }
    },
  }
  return { create, undo: undoneUsers(stage) }
}
