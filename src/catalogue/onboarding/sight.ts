import { given } from '../../core/given.ts'
import type { Finding, OperationContext } from '../../core/operation.ts'
import { sameText } from '../../core/same-text.ts'
import { liveSeen } from '../../operations/objects/read.ts'
import type { Seen } from '../../operations/objects/read-each.ts'
import { isGuest } from '../../operations/users/guest.ts'
import { holdersInBin } from '../../operations/users/holders.ts'
import { inBin, liveWith, textAt } from '../../operations/users/unique.ts'
import type { Person, Wanted } from './cohort.ts'
import type { remembered } from './memory.ts'
import type { OnboardOptions } from './options.ts'

const select = ['userPrincipalName', 'userType', 'usageLocation']

/** What is known of the directory, for people of one page. */
export interface Sight {
  readonly byName: ReadonlyMap<string, Seen>
  readonly byId: ReadonlyMap<string, Seen>
  readonly matching: (value: string) => readonly Seen[]
  readonly deleted: (value: string) => Seen | undefined
  readonly bin: ReadonlyMap<string, string>
}

const keysBy = (users: readonly Seen[], path: string): ((value: string) => readonly Seen[]) => {
  const members = Map.groupBy(
    users.filter(user => !isGuest(user)),
    user => sameText(textAt(user, path)),
  )
  return value => members.get(sameText(value)) ?? []
}

/** A row that fails. */
export const failed = (code: string, message: string, fix: string, id?: string): Finding => ({
  outcome: 'failed',
  code,
  message,
  fix,
  ...given({ id }),
})

/** How people of a page are looked for. */
interface Seeing {
  /** The value by which a person is recognised; empty without `--match`. */
  readonly valueOf: (wanted: Wanted) => string
  /** Reads what the directory has of these people, and of those whose names they want. */
  readonly see: (people: readonly Person[]) => Promise<Sight>
  /** The account that a person has, or why that is not clear. */
  readonly accountOf: (wanted: Wanted, sight: Sight) => { readonly seen?: Seen | undefined; readonly why?: Finding }
}

/** Looks for people in the directory, in its recycle bin, and in what this store remembers. */
export const sightOf = (
  { match, completes }: Pick<OnboardOptions, 'match' | 'completes'>,
  memory: ReturnType<typeof remembered>,
  context: OperationContext,
): Seeing => {
  const properties = [...select, ...(match === undefined ? [] : [match.split('/')[0]!])]
  const valueOf: Seeing['valueOf'] = ({ account }) => (match === undefined ? '' : textAt(account, match))

  const see: Seeing['see'] = async people => {
    const wanted = people.map(person => person.wanted!)
    const names = wanted.map(({ account }) => account.userPrincipalName.toLowerCase())
    const values = match === undefined ? [] : wanted.map(valueOf)
    const known = values.flatMap(value => memory.matching(match!, value))
    const ids = known.flatMap(({ id }) => id ?? [])
    const more = known.flatMap(({ id, upn }) => (id === null ? [upn] : []))
    const asked = [...new Set([...names, ...more])]
    const seen = await liveSeen('user', asked, properties, context)
    const byId = await liveSeen('user', ids, properties, context)
    const found = match === undefined ? [] : await liveWith(match, [...new Set(values)], context)
    // What a filter returns has not all that is needed.
    const whole = await liveSeen(
      'user',
      found.map(({ id }) => id),
      properties,
      context,
    )
    const binned = match === undefined ? [] : await inBin([match], context)
    const deleted = keysBy(binned, match ?? '')
    return {
      byName: new Map(asked.flatMap((name, at) => (seen[at] ? [[name, seen[at]] as const] : []))),
      byId: new Map(byId.flatMap(user => (user ? [[user.id, user] as const] : []))),
      matching: keysBy(
        whole.flatMap(user => user ?? []),
        match ?? '',
      ),
      deleted: value => deleted(value)[0],
      bin: await holdersInBin(context),
    }
  }

  const accountOf: Seeing['accountOf'] = (wanted, sight) => {
    const name = wanted.account.userPrincipalName.toLowerCase()
    if (match === undefined) return completes ? { seen: sight.byName.get(name) } : {}
    const value = valueOf(wanted)
    const [one, another] = sight.matching(value)
    if (another)
      return {
        why: failed(
          'OBJECT_AMBIGUOUS',
          `Several users have the ${match} ${value}: ${one!.id}, ${another.id}.`,
          `Correct the ${match} of the users.`,
        ),
      }
    if (one) return { seen: one }
    for (const { id, upn } of memory.matching(match, value)) {
      const seen = id === null ? sight.byName.get(upn) : sight.byId.get(id)
      // Somebody may have given the account to another person since.
      if (
        seen &&
        (id !== null || textAt(seen, match) !== '') &&
        ['', sameText(value)].includes(sameText(textAt(seen, match)))
      )
        return { seen }
    }
    const deleted = sight.deleted(value)
    if (!deleted) return {}
    return {
      why: failed(
        'USER_DELETED',
        `A deleted user has the ${match} ${value}: its id is ${deleted.id}.`,
        'Restore the user with `entrapipe users restore`, or purge it with `entrapipe users purge`.',
        deleted.id,
      ),
    }
  }

  return { valueOf, see, accountOf }
}
