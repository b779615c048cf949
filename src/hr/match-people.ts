import type { Mapping } from './mapping.ts'
import type { Tables } from './tables.ts'
import { sameValue } from './choose-people.ts'
import { valueAt } from './value-at.ts'
import type { Fields } from '../core/json.ts'

interface Account {
  readonly n: number
  readonly id: string
  readonly upn: string
  readonly value: string
  readonly deleted: number
  readonly guest: number
}

/** What is known of a person who may have an account. */
interface Claimant {
  readonly person: number
  readonly key: string
  readonly line: unknown
  readonly wanted: string
}

/** The attribute of claims that come from the memory of the feed. */
const fromMemory = -1

const listed = (items: readonly string[]): string => items.slice(0, 5).join(', ') + (items.length > 5 ? ' …' : '')

/**
 * Fills the table `claims`: which account each person has, or why the person is in conflict. Attributes are compared in their order,
 * those of live accounts first. What two people, or two accounts, have in common recognises nobody.
 */
export const matchPeople = (tables: Tables, mapping: Mapping): void => {
  const { sql } = tables
  const claimOf = sql.prepare('select account, attribute, conflict from claims where person = ?')
  const holderOf = sql.prepare(
    'select p.key, p.line from claims c join people p on p.n = c.person where c.account = ? and c.conflict is null',
  )
  const insert = sql.prepare(
    'insert or replace into claims (person, account, attribute, conflict, fix) values (?, ?, ?, ?, ?)',
  )
  const contest = sql.prepare('insert or ignore into contested (account) values (?)')
  const claimant = sql.prepare('select n as person, key, line, wanted from people where n = ?')
  const accountOf = sql.prepare('select n, id, upn, value, deleted, guest from accounts where n = ?')
  const get = <T>(statement: ReturnType<typeof sql.prepare>, value: number): T | undefined =>
    statement.get(value) as T | undefined

  const nameOf = ({ upn, deleted }: Account): string => `${upn}${deleted === 1 ? ' (deleted)' : ''}`

  const conflict = (
    person: number,
    attribute: number,
    accounts: readonly Account[],
    why: string,
    fix: string,
  ): void => {
    insert.run(person, accounts[0]?.n ?? null, attribute, why, fix)
    for (const { n } of accounts) contest.run(n)
  }

  /** The first attribute by which the account is somebody else's. */
  const contradiction = (person: Claimant, account: Account, before: number): string | undefined => {
    const wanted = JSON.parse(person.wanted) as Fields
    const value = JSON.parse(account.value) as Fields
    return mapping.match.slice(0, before).find(({ path }) => {
      const [one, other] = [
        sameValue(wanted[path] as string | undefined),
        sameValue(path === 'userPrincipalName' ? account.upn : valueAt(value, path)),
      ]
      return one !== undefined && other !== undefined && one !== other
    })?.path
  }

  const claim = (person: Claimant, account: Account, attribute: number): void => {
    const path = attribute === fromMemory ? undefined : mapping.match[attribute]!.path
    const how =
      path === undefined
        ? 'The feed gave this account to the person earlier'
        : `The account has the ${path} of the person`
    const holder = get<{ key: string; line: unknown }>(holderOf, account.n)
    if (holder) {
      conflict(
        person.person,
        attribute,
        [],
        `${how}, but it belongs to ${holder.key} in line ${String(holder.line)}: ${nameOf(account)}.`,
        'Correct the feed, or the account.',
      )
      return
    }
    const other = contradiction(person, account, attribute === fromMemory ? mapping.match.length : attribute)
    if (other !== undefined) {
      conflict(
        person.person,
        attribute,
        [account],
        `${how}, but another ${other}: ${nameOf(account)}.`,
        `Correct ${other} in the feed or in the directory.`,
      )
      return
    }
    insert.run(person.person, account.n, attribute, null, null)
  }

  /** All people and accounts that have one value of an attribute. */
  const groups = function* (attribute: number, deleted: 0 | 1) {
    const pairs = sql
      .prepare(
        `select k.value, k.person, a.n as account from person_keys k
           left join account_keys ak on ak.attribute = k.attribute and ak.value = k.value
           left join accounts a on a.n = ak.account and a.deleted = ${deleted}
         where k.attribute = ? order by k.value, k.person`,
      )
      .iterate(attribute) as unknown as Iterable<{ value: string; person: number; account: number | null }>
    let value: string | undefined
    let people = new Set<number>()
    let accounts = new Set<number>()
    for (const pair of pairs) {
      if (value !== undefined && pair.value !== value) {
        yield { value, people: [...people], accounts: [...accounts] }
        people = new Set()
        accounts = new Set()
      }
      value = pair.value
      people.add(pair.person)
      if (pair.account !== null) accounts.add(pair.account)
    }
    if (value !== undefined) yield { value, people: [...people], accounts: [...accounts] }
  }

  const decide = (
    attribute: number,
    deleted: 0 | 1,
    value: string,
    people: readonly number[],
    numbers: readonly number[],
  ) => {
    const { path } = mapping.match[attribute]!
    const claims = new Map(
      people.map(person => [person, get<{ attribute: number; conflict: string | null }>(claimOf, person)] as const),
    )
    const open = people.filter(person => claims.get(person) === undefined)
    const accounts = numbers.map(number => get<Account>(accountOf, number)!)
    // A live account by a weaker attribute, and a deleted one by a surer one.
    if (deleted === 1 && accounts.length > 0)
      for (const person of people) {
        const known = claims.get(person)
        if (known?.conflict === null && known.attribute > attribute)
          conflict(
            person,
            attribute,
            accounts,
            `A deleted account has the ${path} of the person, and a live one ${mapping.match[known.attribute]!.path}: ${listed(accounts.map(nameOf))}.`,
            'Purge the deleted account, or correct the live one.',
          )
      }
    if (open.length === 0) return
    const claimants = open.map(person => get<Claimant>(claimant, person)!)
    if (people.length > 1) {
      const lines = people.map(person => String(get<Claimant>(claimant, person)!.line))
      for (const { person } of claimants)
        conflict(
          person,
          attribute,
          accounts.filter(({ n }) => get(holderOf, n) === undefined),
          `${people.length} people have the ${path} ${value}, in lines ${listed(lines)}.`,
          'Correct the feed.',
        )
      return
    }
    const [person] = claimants
    const [account] = accounts
    if (!person || !account) return
    if (accounts.length > 1)
      conflict(
        person.person,
        attribute,
        accounts,
        `${accounts.length} ${deleted === 1 ? 'deleted ' : ''}accounts have the ${path} ${value}: ${listed(accounts.map(nameOf))}.`,
        `Correct the ${path} of the wrong accounts${deleted === 1 ? ', or purge them' : ''}.`,
      )
    else claim(person, account, attribute)
  }

  const remember = (): void => {
    const pairs = sql
      .prepare(
        `select p.n as person, a.n as account from remembered r join people p on p.person = r.person
           join accounts a on a.id = r.account left join claims c on c.person = p.n
         where (a.guest = 0 or a.deleted = 0) and p.fault is null and (c.person is null or c.account is not a.n) order by p.n`,
      )
      .all() as unknown as readonly { person: number; account: number }[]
    for (const { person, account } of pairs) {
      const known = get<{ account: number | null; conflict: string | null }>(claimOf, person)
      const remembered = get<Account>(accountOf, account)!
      if (remembered.guest === 1) {
        if (!known)
          conflict(
            person,
            fromMemory,
            [remembered],
            `The feed gave ${nameOf(remembered)} to the person, and it is a guest now.`,
            'Make the account a member again, or delete it.',
          )
      } else if (!known) claim(get<Claimant>(claimant, person)!, remembered, fromMemory)
      else if (known.conflict === null && known.account !== account && remembered.deleted === 0)
        conflict(
          person,
          fromMemory,
          [remembered, get<Account>(accountOf, known.account!)!],
          `The feed gave ${nameOf(remembered)} to the person, but another account has the attributes now: ${nameOf(get<Account>(accountOf, known.account!)!)}.`,
          'Correct the attributes of the accounts.',
        )
    }
  }

  sql.exec('create index claims_account on claims (account)')
  tables.write(() => {
    for (const deleted of [0, 1] as const) {
      mapping.match.forEach((_, attribute) => {
        for (const { value, people, accounts } of groups(attribute, deleted))
          decide(attribute, deleted, value, people, accounts)
      })
    }
    remember()
  })
}
