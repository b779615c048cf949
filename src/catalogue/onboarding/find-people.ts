import type { Context, PartDatabase } from '../../core/context.ts'
import { given } from '../../core/given.ts'
import type { Finding, OperationContext, Values } from '../../core/operation.ts'
import { sameText } from '../../core/same-text.ts'
import { liveSeen } from '../../operations/objects/read.ts'
import { linesIn, notesOn, peoplePages, type Person, type Wanted } from './cohort.ts'
import { isNumbered, numberedNames } from './free-name.ts'
import { openDomains } from './domains.ts'
import type { remembered } from './memory.ts'
import type { OnboardOptions } from './options.ts'
import { failed, sightOf, type Sight } from './sight.ts'
import { holderIn, nameTaken } from './taken-name.ts'

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

/** Finds out for each person whether the account exists, and otherwise by which name it is created: it is fixed from then on. */
export const findPeople = async (
  cohort: PartDatabase,
  options: FindOptions,
  memory: ReturnType<typeof remembered>,
  context: OperationContext,
  ctx: Context,
): Promise<void> => {
  const { match, onConflict } = options
  const notes = notesOn(cohort)
  const domains = await openDomains(cohort, context)
  const { valueOf, see, accountOf } = sightOf(options, memory, context)
  const otherRow = cohort.sql.prepare(
    `select line from people where (chosen = ?1 or (upn = ?1 and finding is null)) and n <> ?2 and person is not ?3 limit 1`,
  )
  const earlierRow = cohort.sql.prepare(
    `select line from people where chosen = ? and n < ? and person is not ? limit 1`,
  )

  /** Names with a number: first those that this store chose for the person before, so that a second run decides alike. */
  const namesFor = function* (wanted: Wanted): Generator<string> {
    const { userPrincipalName } = wanted.account
    for (const { upn } of memory.matching(match!, valueOf(wanted))) if (isNumbered(upn, userPrincipalName)) yield upn
    yield* numberedNames(userPrincipalName)
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
    for (const name of namesFor(wanted!)) {
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
      const hasLocation = (known['usageLocation'] ?? '') !== ''
      const missing = hasLocation ? undefined : (account['usageLocation'] as string | undefined)
      if (!hasLocation && missing === undefined && wanted!.skus.length > 0)
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
    const closed = domains.closed(account)
    if (closed) return notes.refuse(n, closed)
    if (wanted!.skus.length > 0 && (account['usageLocation'] ?? '') === '') return notes.refuse(n, locationMissing())
    const found = given({ pass: options.pass })
    const holder = holderIn(name, sight)
    const line = match === undefined ? undefined : earlierRow.get(name, n, valueOf(wanted!).toLowerCase())
    if (!holder && !line) return notes.find(n, found, name)
    if (onConflict !== 'suffix')
      return notes.refuse(n, nameTaken(name, { holder, line: line && linesIn([line['line']])[0] }, options))
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
