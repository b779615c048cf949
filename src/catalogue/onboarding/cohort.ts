import type { Context, PartDatabase } from '../../core/context.ts'
import type { Fields } from '../../core/json.ts'
import type { Finding, Values } from '../../core/operation.ts'
import type { Key } from '../../core/row.ts'

/** What a row wants of a person. */
export interface Wanted {
  /** The account, as `create-user` takes it. */
  readonly account: Values & { readonly userPrincipalName: string }
  /** Ids of products that are assigned directly. */
  readonly skus: readonly string[]
  /** Names or ids of groups; ids once they were found. */
  readonly groups: readonly string[]
  /** Products that groups give, each with the first such group, by id. */
  readonly inherited?: readonly { readonly sku: string; readonly group: string }[]
  /** Name or id of a role; its id once it was found. */
  readonly role?: string
  /** How the manager is named. */
  readonly manager?: string
}

/** What was found of a person. */
export interface Found {
  /** Id of the account that the person has; none if it is created. */
  readonly account?: string
  /** The user principal name of that account. The row may have another one. */
  readonly name?: string
  /** The pass that is made, as `create-access-pass` takes it. */
  readonly pass?: Values
  /** The usage location is missing, or is that of a new account. */
  readonly usageLocation?: string
  /** Id of the manager, or the key of the row that creates it. */
  readonly manager?: string | { readonly key: Key }
}

/** A row of the cohort. */
export interface Person {
  readonly n: number
  readonly key: Key
  /** As it was read. */
  readonly input: Fields
  readonly wanted?: Wanted
  readonly found?: Found
  /** Why nothing is sent for it. */
  readonly finding?: Finding
}

/**
 * `upn`: as the row names it · `person`: its value of the match property · `chosen`: the user principal name that it has, or gets ·
 * `boss`: the row of its manager · `walk`: the first row from which managers led to it. Names are in lower case.
 */
const tables: readonly string[] = [
  `create table people (n integer primary key, line text not null, input text not null, upn text, person text, wanted text, found text,
     finding text, chosen text, account text, boss integer, walk integer);
   create index people_line on people (line);
   create index people_upn on people (upn);
   create index people_person on people (person);
   create index people_chosen on people (chosen);
   create index people_boss on people (boss);`,
  'create table remarks (remark text primary key) without rowid',
]

/** The people of a run, in a database that its phases share. */
export const cohortOf = (ctx: Context): PartDatabase => ctx.store.database('onboarding', tables)

/** Keeps sentences that are said once of the run. */
export const remark = (cohort: PartDatabase, sentences: readonly string[]): void => {
  const insert = cohort.sql.prepare('insert or ignore into remarks (remark) values (?)')
  cohort.write(() => {
    for (const sentence of sentences) insert.run(sentence)
  })
}

/** What was remarked. */
export const remarksIn = ({ sql }: PartDatabase): readonly string[] =>
  sql
    .prepare('select remark from remarks')
    .all()
    .map(({ remark }) => String(remark))

/** A row of the table `people`. */
interface Stored {
  readonly n: number
  readonly line: string
  readonly input: string
  readonly wanted: string | null
  readonly found: string | null
  readonly finding: string | null
}

const parsed = (text: string | null): object => (text === null ? {} : (JSON.parse(text) as object))

const personOf = ({ n, line, input, wanted, found, finding }: Stored): Person => ({
  n,
  key: JSON.parse(line) as Key,
  input: JSON.parse(input) as Fields,
  ...(wanted !== null && { wanted: parsed(wanted) as Wanted }),
  ...(found !== null && { found: parsed(found) as Found }),
  ...(finding !== null && { finding: parsed(finding) as Finding }),
})

const columns = 'n, line, input, wanted, found, finding'

/** People of one page. */
const peopleAtOnce = 300

/** The people in the order of the file, some at a time. @param isOpen only those who have no finding yet */
export const peoplePages = function* ({ sql }: PartDatabase, isOpen = false): Generator<readonly Person[]> {
  const page = sql.prepare(
    `select ${columns} from people where n > ?${isOpen ? ' and finding is null' : ''} order by n limit ${peopleAtOnce}`,
  )
  for (let at = 0; ;) {
    const found = page.all(at) as unknown as readonly Stored[]
    if (found.length === 0) return
    yield found.map(personOf)
    at = found.at(-1)!.n
  }
}

/** Finds the person of a row. */
export const personAt = ({ sql }: PartDatabase): ((key: Key) => Person | undefined) => {
  const one = sql.prepare(`select ${columns} from people where line = ?`)
  return key => {
    const found = one.get(JSON.stringify(key)) as unknown as Stored | undefined
    return found && personOf(found)
  }
}

/** Keeps what was found out about people. */
export const notesOn = ({ sql }: PartDatabase) => {
  const finding = sql.prepare('update people set finding = ? where n = ?')
  const wanted = sql.prepare('update people set wanted = ? where n = ?')
  const found = sql.prepare('update people set found = ?, chosen = ?, account = ? where n = ?')
  return {
    refuse: (n: number, why: Finding) => void finding.run(JSON.stringify(why), n),
    want: (n: number, what: Wanted) => void wanted.run(JSON.stringify(what), n),
    /** @param chosen the user principal name that the person has, or gets */
    find: (n: number, what: Found, chosen: string) =>
      void found.run(JSON.stringify(what), chosen.toLowerCase(), what.account ?? null, n),
  }
}

/** Names of lines, for a message. */
export const linesIn = (lines: readonly unknown[]): readonly string[] =>
  lines.map(line => String(JSON.parse(String(line))))
