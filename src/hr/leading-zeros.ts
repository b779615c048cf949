import type { Mapping } from './mapping.ts'
import type { Tables } from './tables.ts'

/** Digits of the longest `employeeId`. */
const longest = 16

/** The same number with more and fewer zeros before it. */
const variantsOf = (value: string): readonly string[] => {
  const digits = value.replace(/^0+(?=\d)/, '')
  return Array.from(
    { length: Math.max(0, longest - digits.length) + 1 },
    (_, zeros) => '0'.repeat(zeros) + digits,
  ).filter(variant => variant !== value)
}

interface Unclaimed {
  readonly person: number
  readonly attribute: number
  readonly value: string
}

const unclaimed = `select k.person, k.attribute, k.value from person_keys k left join claims c on c.person = k.person
  where c.person is null and k.value not glob '*[^0-9]*'`

/**
 * People without an account whose number an account has with other leading zeros: a spreadsheet removes them. They are in conflict, since
 * a second account would be made for each.
 */
export const refuseLostZeros = (tables: Tables, { match }: Mapping): void => {
  const { sql } = tables
  const find = sql.prepare(
    `select a.n, a.upn, k.value from account_keys k join accounts a on a.n = k.account left join claims c on c.account = a.n
     where k.attribute = ? and k.value = ? and c.person is null limit 1`,
  )
  const insert = sql.prepare(
    'insert or ignore into claims (person, account, attribute, conflict, fix) values (?, ?, ?, ?, ?)',
  )
  const contest = sql.prepare('insert or ignore into contested (account) values (?)')
  const all = sql.prepare(unclaimed).iterate() as unknown as Iterable<Unclaimed>
  tables.write(() => {
    for (const { person, attribute, value } of all)
      for (const variant of variantsOf(value)) {
        const found = find.get(attribute, variant) as { n: number; upn: string; value: string } | undefined
        if (!found) continue
        const { path } = match[attribute]!
        insert.run(
          person,
          found.n,
          attribute,
          `The feed has the ${path} ${value}, and ${found.upn} has ${found.value}: the same number with other leading zeros.`,
          'Write the column as text in the feed, with its zeros, or correct the account.',
        )
        contest.run(found.n)
        break
      }
  })
}
