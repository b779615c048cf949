import type { Context, PartDatabase } from '../../core/context.ts'
import { given } from '../../core/given.ts'
import type { Finding, OperationContext, Values } from '../../core/operation.ts'
import { sameText } from '../../core/same-text.ts'
import { liveSeen } from '../../operations/objects/read.ts'
import type { Seen } from '../../operations/objects/read-each.ts'
import { isGuest } from '../../operations/users/guest.ts'
import { holdersInBin } from '../../operations/users/holders.ts'
import { inBin, liveWith, textAt } from '../../operations/users/unique.ts'
import { linesIn, notesOn, peoplePages, type Person, type Wanted } from './cohort.ts'
import { numberedNames } from './free-name.ts'
import type { remembered } from './memory.ts'
import type { OnboardOptions } from './options.ts'

/** Rows of one person under several names. */
export const refuseRivals = (cohort: PartDatabase): void => {
  const { sql } = cohort
  const rivals = sql
    .prepare(
      `select person, json_group_array(line) as lines from people where person is not null and finding is null
       group by person having count(distinct upn) > 1`,
    )
    .all() as unknown as readonly { readonly person: string; readonly lines: string }[]
  const refuse = sql.prepare('update people set finding = ? where person = ? and finding is null')
  cohort.write(() => {
    for (const { person, lines } of rivals) {
      const named = linesIn(JSON.parse(lines) as readonly string[])
      const finding: Finding = {
        outcome: 'failed',
        code: 'ROWS_CONFLICT',
        message: `Lines ${named.slice(0, 5).join(', ')} are about one person under several names, so none of them was sent.`,
        fix: 'Keep one of these lines.',
      }
      refuse.run(JSON.stringify(finding), person)
    }
  })
}

interface FindOptions extends Pick<OnboardOptions, 'match' | 'onConflict' | 'completes'> {
  /** The pass of new people, as `create-access-pass` takes it. */
  readonly pass?: Values
}

/** Whose name it is, if it cannot be given. */
interface Holder {
  readonly id: string
  readonly isDeleted: boolean
}

const select = ['userPrincipalName', 'userType', 'usageLocation']

/** What is known of the directory, for people of one page. */
interface Sight {
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

const failed = (code: string, message: string, fix: string, id?: string): Finding => ({
  outcome: 'failed',
  code,
  message,
  fix,
  ...given({ id }),
})

/**
 * Finds out for each person whether the account exists, and otherwise by which name it is created: it is fixed from then on.
 *
 * @param memory none if nothing was remembered yet
 */
export const findPeople = async (
  cohort: PartDatabase,
  options: FindOptions,
  memory: ReturnType<typeof remembered>,
  context: OperationContext,
  ctx: Context,
): Promise<void> => {
  const { match, onConflict, completes } = options
  const notes = notesOn(cohort)
  const properties = [...select, ...(match === undefined ? [] : [match.split('/')[0]!])]
  const valueOf = ({ account }: Wanted): string => (match === undefined ? '' : textAt(account, match))
  const otherRow = cohort.sql.prepare(
    `select line from people where (chosen = ?1 or (upn = ?1 and finding is null)) and n <> ?2 and person is not ?3 limit 1`,
  )
  const earlierRow = cohort.sql.prepare(
    `select line from people where chosen = ? and n < ? and person is not ? limit 1`,
  )

  const see = async (people: readonly Person[]): Promise<Sight> => {
    const wanted = people.map(person => person.wanted!)
    const names = wanted.map(({ account }) => account.userPrincipalName.toLowerCase())
    const values = match === undefined ? [] : wanted.map(valueOf)
    const known = values.map(value => memory.matching(match!, value))
    const ids = known.flatMap(each => each?.id ?? [])
    const more = known.flatMap(each => (each && each.id === null ? [each.upn] : []))
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

  /** The account that a person has, or why that is not clear. */
  const accountOf = (wanted: Wanted, sight: Sight): { readonly seen?: Seen | undefined; readonly why?: Finding } => {
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
    const own = memory.matching(match, value)
    const seen = own && (own.id === null ? sight.byName.get(own.upn) : sight.byId.get(own.id))
    // Somebody may have given the account to another person since.
    if (
      seen &&
      (own.id !== null || textAt(seen, match) !== '') &&
      ['', sameText(value)].includes(sameText(textAt(seen, match)))
    )
      return { seen }
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

  const holderIn = (name: string, sight: Pick<Sight, 'byName' | 'bin'>): Holder | undefined => {
    const live = sight.byName.get(name)
    if (live) return { id: live.id, isDeleted: false }
    const id = sight.bin.get(name)
    return id === undefined ? undefined : { id, isDeleted: true }
  }

  const conflict = (name: string, holder: Holder | undefined, line: string | undefined): Finding => {
    const who = holder
      ? `${holder.isDeleted ? 'A deleted user' : 'Another user'} has the name ${name}: its id is ${holder.id}.`
      : `Line ${line} has the name ${name}, too, for another person.`
    if (onConflict === 'skip')
      return {
        outcome: 'skipped',
        code: 'USER_EXISTS',
        message: `${who} The row was skipped.`,
        fix: fixOf(holder),
        ...given({ id: holder?.id }),
      }
    return failed(holder?.isDeleted ? 'USER_DELETED' : 'USER_EXISTS', who, fixOf(holder), holder?.id)
  }
  const fixOf = (holder: Holder | undefined): string => {
    if (holder?.isDeleted)
      return 'Restore the user with `entrapipe users restore`, purge it with `entrapipe users purge`, or choose another name.'
    return holder && match === undefined
      ? 'Choose another name. If it is the same person, --if-not-exists completes what is missing.'
      : 'Choose another name, or let one be chosen with --on-conflict suffix.'
  }

  /** The first name with a number that nobody has. */
  const freeName = async ({ n, wanted }: Person, bin: Sight['bin']): Promise<string | undefined> => {
    const value = valueOf(wanted!).toLowerCase()
    let names: string[] = []
    const free = async (): Promise<string | undefined> => {
      const seen = await liveSeen('user', names, ['id'], context)
      const found = names.find((_, at) => !seen[at])
      names = []
      return found
    }
    for (const name of numberedNames(wanted!.account.userPrincipalName)) {
      const lower = name.toLowerCase()
      if (bin.has(lower) || otherRow.get(lower, n, value)) continue
      names.push(name)
      const found = names.length < candidatesAtOnce ? undefined : await free()
      if (found !== undefined) return found
    }
    return free()
  }

  const judge = async (person: Person, sight: Sight): Promise<void> => {
    const { n, wanted } = person
    const { account } = wanted!
    const name = account.userPrincipalName.toLowerCase()
    const { seen: known, why } = accountOf(wanted!, sight)
    if (why) return notes.refuse(n, why)
    if (known) {
      const missing = ((known['usageLocation'] ?? '') === '' ? account['usageLocation'] : undefined) as
        string | undefined
      if (missing === undefined && (known['usageLocation'] ?? '') === '' && wanted!.skus.length > 0)
        return notes.refuse(n, locationMissing(known.id))
      return notes.find(
        n,
        {
          account: known.id,
          name: String(known['userPrincipalName']),
          ...(memory.withId(known.id)?.state === 'owed' && given({ pass: options.pass })),
          ...given({ usageLocation: missing }),
        },
        String(known['userPrincipalName']),
      )
    }
    if (wanted!.skus.length > 0 && (account['usageLocation'] ?? '') === '') return notes.refuse(n, locationMissing())
    const found = given({ pass: options.pass })
    const holder = holderIn(name, sight)
    const line = match === undefined ? undefined : earlierRow.get(name, n, valueOf(wanted!).toLowerCase())
    if (!holder && !line) return notes.find(n, found, name)
    if (onConflict !== 'suffix') return notes.refuse(n, conflict(name, holder, line && linesIn([line['line']])[0]))
    const free = await freeName(person, sight.bin)
    if (free === undefined)
      return notes.refuse(n, failed('USER_EXISTS', `All names like ${name} are taken.`, 'Choose another name.'))
    notes.want(n, { ...wanted!, account: renamed(account, free) })
    return notes.find(n, found, free)
  }

  let done = 0
  for (const page of peoplePages(cohort, true)) {
    const sight = await see(page)
    for (const person of page) await judge(person, sight)
    done += page.length
    ctx.doing({ what: 'looking for people', done })
  }
}

/** Names looked up at once: most first numbers are free. */
const candidatesAtOnce = 3

const localOf = (name: string): string => name.slice(0, name.indexOf('@'))

/** The account under another name. A mail nickname that is the name follows it. */
const renamed = (account: Wanted['account'], userPrincipalName: string): Wanted['account'] => {
  const nickname = account['mailNickname']
  const follows = typeof nickname === 'string' && sameText(nickname) === sameText(localOf(account.userPrincipalName))
  return { ...account, userPrincipalName, ...(follows && { mailNickname: localOf(userPrincipalName) }) }
}

const locationMissing = (id?: string): Finding =>
  failed(
    'USAGE_LOCATION_MISSING',
    'The person has no usage location, and Graph assigns no product without one.',
    'Enter it in UsageLocation, or add --usage-location.',
    id,
  )
