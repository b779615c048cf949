import { isNotUndoable } from './not-undoable.ts'
import { createHash } from 'node:crypto'
import { hidden } from '../../src/sandbox/directory/hidden-properties.ts'
import { newPass } from '../../src/sandbox/resources/access-pass.ts'
import { passPolicy } from '../../src/sandbox/resources/pass-policy.ts'
import { giveAppRole } from '../sandbox/give-app-role.ts'
import type { Booked } from './books.ts'
import { handingOut } from './handed-out.ts'
import { managerTrials } from './managers.ts'
import { csvFile, deedsOfObjects, staff } from './population.ts'
import type { Stage } from './stage.ts'
import { mutate, type HandedOut, type Trial } from './trial.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** What a run that must not repeat itself did: an earlier change of the same row counts, if only the last one may. */
const lastOwn = (deeds: readonly (string | null)[], { attempts }: Booked): readonly (string | null)[] => {
  const last = deeds.findLast(deed => deed !== null && attempts.includes(deed))
  return deeds.filter(deed => deed === last || deed === null || !attempts.includes(deed))
}

/** Users get other passwords, passes and managers; passes are deleted, and sessions are revoked. */
export const accountTrials = async (stage: Stage, rows: number) => {
  const { directory } = stage
  const users = directory.collection('user')
  await giveAppRole(stage.connection, 'User Administrator')
  const ids = staff(stage, rows)
  const upnOf = (id: string): string => String(users.get(id, 'truth')!['userPrincipalName'])
  const named = (id: string, at: number): string => (at % 5 === 0 ? upnOf(id) : id)
  const file = csvFile(stage, 'accounts.csv', 'user', ids.map(named))
  const renames = (id: string): boolean =>
    mutate(stage, {
      do: 'update',
      kind: 'user',
      id,
      values: { department: `Of somebody else ${directory.generation}` },
    })

  /** What was handed out, against what is set for the users of rows that are done. */
  const compared =
    (of: (id: string) => unknown, isOther: (id: string) => boolean) =>
    (handedOut: readonly HandedOut[], books: readonly Booked[]): readonly string[] => {
      const secrets = new Map(handedOut.map(({ user, secret }) => [user, secret]))
      return books.flatMap(({ key, outcome, value }) => {
        const id = String(value['user'])
        const secret = secrets.get(upnOf(id))
        if (outcome === 'unknown') return []
        if (outcome !== 'done') return secret === undefined ? [] : [`row ${key} is ${outcome}, and was handed out`]
        if (secret === undefined) return [`row ${key} is done, and was not handed out`]
        return isOther(id) || of(id) === sha256(secret) ? [] : [`row ${key} was handed out, and does not work`]
      })
    }

  const updates = () => deedsOfObjects(stage, ['user'], 'updated')
  const passwordOf = (id: string): unknown => users.hidden(id, hidden.passwordSha256, 'truth')
  const resetting = {
    writes: ['PATCH /users/*'],
    rowsPerWrite: 1,
    // Nothing shows whose a password is: somebody else changes other properties while the run is under way.
    rival: (place: number, isUnderWay: boolean) =>
      isUnderWay
        ? renames(ids[place]!)
        : mutate(stage, {
            do: 'update',
            kind: 'user',
            id: ids[place]!,
            values: {
              [hidden.passwordSha256]: sha256(`Of somebody else ${place}`),
              lastPasswordChangeDateTime: new Date(directory.now()).toISOString(),
            },
          }),
  } as const satisfies Partial<Trial>
  const generated: Trial = {
    ...resetting,
    name: 'reset passwords, generated',
    args: ['users', 'reset-password', '--from', file, ...(await handingOut('passwords.age'))],
    judge() {
      const deeds = updates()
      return ({ value }) => ({ deeds: deeds.of(String(value['user'])), mustBeDone: true, isAsWanted: true })
    },
    handsOut: { file: 'passwords.age', check: compared(passwordOf, () => false) },
    again: 'refused',
  }
  const passwordFor = (id: string): string => `Given-${id}!`
  const given: Trial = {
    ...resetting,
    name: 'reset passwords, given',
    args: [
      // The same users have other passwords by the trial before.
      ...['users', 'reset-password', '--fresh', '--from'],
      csvFile(
        stage,
        'passwords.csv',
        'user,password',
        ids.map((id, at) => `${named(id, at)},${passwordFor(id)}`),
      ),
    ],
    judge() {
      const deeds = updates()
      return ({ value }) => {
        const id = String(value['user'])
        return { deeds: deeds.of(id), mustBeDone: true, isAsWanted: passwordOf(id) === sha256(passwordFor(id)) }
      }
    },
  }

  const passOf = (id: string) =>
    (users.hidden(id, hidden.accessPass, 'truth') ?? undefined) as { readonly sha256: string } | undefined
  /** Users who have a pass of somebody else. */
  const others = new Map<string, string>()
  /** Those who still have it when passes are undone: another pass replaces the one that is there. */
  const left: readonly string[] = []
  const passes: Trial = {
    name: 'make passes',
    args: ['users', 'access-pass', '--from', file, '--lifetime', '61', ...(await handingOut('passes.age'))],
    writes: ['POST /users/*/authentication/temporaryAccessPassMethods'],
    rowsPerWrite: 1,
    rival(place) {
      const id = ids[place]!
      if (others.has(id)) return false
      const { pass } = newPass({}, passPolicy(directory), directory.now())
      others.set(id, pass.sha256)
      return mutate(stage, { do: 'update', kind: 'user', id, values: { [hidden.accessPass]: pass } })
    },
    judge() {
      const deeds = updates()
      return row => {
        const id = String(row.value['user'])
        return {
          // The value of a pass whose reply was lost is nowhere: another one replaces it.
          deeds: lastOwn(deeds.of(id), row),
          mustBeDone: !others.has(id),
          isAsWanted: passOf(id) !== undefined,
        }
      }
    },
    handsOut: {
      file: 'passes.age',
      check: compared(
        id => passOf(id)?.sha256,
        id => others.has(id),
      ),
    },
    again: 'refused',
  }
  const deleting = { writes: ['DELETE /users/*/authentication/temporaryAccessPassMethods/*'], rowsPerWrite: 1 }
  const judgeDeletion = () => {
    const deeds = updates()
    return ({ value, outcome }: Booked) => {
      const id = String(value['user'])
      return {
        deeds: deeds.of(id),
        mustBeDone: outcome !== 'unchanged' && !others.has(id),
        isAsWanted: passOf(id) === undefined || passOf(id)!.sha256 === others.get(id),
      }
    }
  }
  const undoPasses: Omit<Trial, 'args'> = {
    ...deleting,
    name: 'undo it',
    judge() {
      const judged = judgeDeletion()
      // What is unknown is not undone.
      return row => ({ ...judged(row), mustBeDone: judged(row).mustBeDone && !isNotUndoable(row.code) })
    },
    touched: () =>
      left.flatMap(id =>
        passOf(id)?.sha256 === others.get(id) ? [] : [`pass ${others.get(id)!.slice(0, 8)} of ${id} was deleted`],
      ),
  }
  /** Those who have no pass get one of somebody else first. */
  const deletions: Trial = {
    ...deleting,
    name: 'delete passes',
    args: ['users', 'delete-access-pass', '--from', file],
    judge() {
      const deeds = updates()
      return ({ value, outcome }) => {
        const id = String(value['user'])
        return { deeds: deeds.of(id), mustBeDone: outcome !== 'unchanged', isAsWanted: passOf(id) === undefined }
      }
    },
    rival(place, isUnderWay) {
      const id = ids[place]!
      if (isUnderWay) return renames(id)
      const { pass } = newPass({}, passPolicy(directory), directory.now())
      return mutate(stage, { do: 'update', kind: 'user', id, values: { [hidden.accessPass]: pass } })
    },
    again: 'unchanged',
  }
  const sessions: Trial = {
    name: 'revoke sessions',
    args: ['users', 'revoke-sessions', '--from', file],
    writes: ['POST /users/*/revokeSignInSessions'],
    rowsPerWrite: 1,
    rival: place => renames(ids[place]!),
    judge() {
      const deeds = updates()
      return row => ({
        // A second revocation does no harm.
        deeds: lastOwn(deeds.of(String(row.value['user'])), row),
        mustBeDone: true,
        isAsWanted: true,
      })
    },
    again: 'refused',
  }
  return {
    alone: [generated, given, deletions, sessions],
    undone: [{ trial: passes, undo: undoPasses }, ...managerTrials(stage, ids)],
  }
}
