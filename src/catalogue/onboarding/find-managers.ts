import type { Context, PartDatabase } from '../../core/context.ts'
import { isGuid } from '../../core/guid.ts'
import { readNamedBy } from '../../core/named-by.ts'
import type { Finding, OperationContext } from '../../core/operation.ts'
import { sameText } from '../../core/same-text.ts'
import { resolver } from '../../engine/changes/resolve.ts'
import { readEach } from '../../operations/objects/read-each.ts'
import type { Key } from '../../core/row.ts'
import { linesIn, notesOn, peoplePages, type Found, type Person } from './cohort.ts'
import type { OnboardOptions } from './options.ts'

/** A row that names the person by a name or a value of the match property. */
interface Row {
  readonly n: number
  readonly line: string
  readonly upn: string | null
  readonly account: string | null
  readonly finding: string | null
  /** The user principal name that the person has, or gets; null if the row is not sent. */
  readonly chosen: string | null
}

const own: Finding = {
  outcome: 'failed',
  code: 'OWN_MANAGER',
  message: 'The row makes the person its own manager.',
  fix: 'Name another manager.',
}

/**
 * Finds the manager of each person: in the file, or in the directory. A person who has a manager keeps it. The rows of people whose manager is
 * not created have a finding, and so have those of people whose manager they are.
 */
export const findManagers = async (
  cohort: PartDatabase,
  { match }: OnboardOptions,
  context: OperationContext,
  ctx: Context,
): Promise<void> => {
  const { sql } = cohort
  const notes = notesOn(cohort)
  const columns = 'n, line, upn, account, finding, chosen'
  const byName = sql.prepare(
    `select ${columns} from people where (upn = ?1 or chosen = ?1) and (finding is null or json_extract(finding, '$.outcome') <> 'skipped')
     order by finding is null desc, chosen is ?1 desc, n limit 1`,
  )
  const byValue = sql.prepare(`select ${columns} from people where person = ? order by finding is null desc, n limit 1`)
  const led = sql.prepare('update people set found = ?, boss = ? where n = ?')
  const resolve = resolver(ctx.graph, ctx.signal)

  /** The row of the file that a manager is named by. A guest or a GUID is none. */
  const rowOf = (manager: string): Row | undefined => {
    const by = readNamedBy(manager)
    if (by) return by.property === match ? (byValue.get(by.name.toLowerCase()) as unknown as Row) : undefined
    const text = manager.toLowerCase()
    const named = byName.get(text) as unknown as Row | undefined
    return named ?? (match === undefined ? undefined : (byValue.get(text) as unknown as Row | undefined))
  }

  for (const page of peoplePages(cohort, true)) {
    const wishing = await withoutManager(page, context)
    const outside: [Person, string][] = []
    const renamed: [Person, string, Row][] = []
    cohort.write(() => {
      for (const person of wishing) {
        const manager = person.wanted!.manager!
        const row = rowOf(manager)
        if (!row) outside.push([person, manager])
        else if (row.upn === manager.toLowerCase() && row.chosen !== null && row.chosen !== row.upn)
          renamed.push([person, manager, row])
        else leadFrom(person, row)
      }
    })
    const holders = await resolve(renamed.map(([, name]) => ({ as: 'user', name })))
    cohort.write(() =>
      renamed.forEach(([person, name, row], at) => {
        const holder = holders[at]!
        if (typeof holder === 'string' && sameText(holder) !== sameText(row.account ?? ''))
          notes.refuse(person.n, ambiguous(name, row))
        else leadFrom(person, row)
      }),
    )
    const ids = await resolve(outside.map(([, name]) => ({ as: 'user', name })))
    // A GUID is its own id, whether it exists or not.
    const unsure = [...new Set(outside.flatMap(([, name], at) => (isGuid(name) ? String(ids[at]) : [])))]
    const seen = await readEach(
      unsure.map(id => `/users/${id}?$select=id`),
      context,
    )
    const gone = new Set(unsure.filter((_, at) => !seen[at]))
    cohort.write(() =>
      outside.forEach(([person, name], at) => {
        const id = ids[at]!
        if (typeof id !== 'string')
          notes.refuse(person.n, { ...id, fix: 'Correct the manager in the row, or empty the cell.' })
        else if (gone.has(id)) notes.refuse(person.n, unknown(name))
        else if (sameText(id) === sameText(person.found!.account ?? '')) notes.refuse(person.n, own)
        else lead(person, id, null)
      }),
    )
  }
  refuseCircles(cohort)
  refuseLed(cohort)

  function leadFrom(person: Person, row: Row): void {
    if (row.n === person.n || (row.account !== null && row.account === person.found!.account))
      notes.refuse(person.n, own)
    else lead(person, row.account ?? { key: JSON.parse(row.line) as Key }, row.n)
  }

  /** @param row that of the manager in the file */
  function lead({ n, found }: Person, manager: Found['manager'], row: number | null): void {
    led.run(JSON.stringify({ ...found, manager }), row, n)
  }
}

/** A user of the directory has the name of a row whose person gets, or has, another one: the row can mean either. */
const ambiguous = (name: string, { line, chosen }: Row): Finding => ({
  outcome: 'failed',
  code: 'MANAGER_AMBIGUOUS',
  message: `The manager ${name} can be the user who has this name, or the person on line ${linesIn([line])[0]!}, who has the name ${chosen!}.`,
  fix: `Name the manager by id, or by ${chosen!}.`,
})

const unknown = (id: string): Finding => ({
  outcome: 'failed',
  code: 'OBJECT_NOT_FOUND',
  message: `No user has the id ${id}, which the row names as manager.`,
  fix: 'Correct the manager in the row, or empty the cell.',
})

/** People who shall have a manager and have none. */
const withoutManager = async (people: readonly Person[], context: OperationContext): Promise<readonly Person[]> => {
  const wishing = people.filter(({ wanted }) => wanted!.manager !== undefined)
  const existing = wishing.filter(({ found }) => found!.account !== undefined)
  const managers = await readEach(
    existing.map(({ found }) => `/users/${found!.account!}/manager?$select=id`),
    context,
  )
  const led = new Set(existing.filter((_, at) => managers[at]))
  return wishing.filter(person => !led.has(person))
}

/** People who would be managers of each other have a finding: one of their rows is wrong. */
const refuseCircles = (cohort: PartDatabase): void => {
  const { sql } = cohort
  const notes = notesOn(cohort)
  const starts = sql.prepare(
    'select n from people where n > ? and boss is not null and walk is null order by n limit 1',
  )
  const one = sql.prepare('select line, boss, walk from people where n = ?')
  const walked = sql.prepare('update people set walk = ? where n = ?')
  const circleOf = (last: number): readonly (readonly [n: number, line: string])[] => {
    const circle: [number, string][] = []
    for (let at = last; ;) {
      const { line, boss } = one.get(at) as unknown as { readonly line: string; readonly boss: number }
      circle.push([at, line])
      if (boss === last) return circle
      at = boss
    }
  }
  cohort.write(() => {
    for (
      let start = starts.get(0)?.['n'] as number | undefined;
      start !== undefined;
      start = starts.get(start)?.['n'] as number | undefined
    )
      for (let at: number | null = start; at !== null;) {
        const { boss, walk } = one.get(at) as unknown as { readonly boss: number | null; readonly walk: number | null }
        if (walk === start) {
          const circle = circleOf(at)
          const why = inCircle(circle.map(([, line]) => line))
          for (const [n] of circle) notes.refuse(n, why)
        }
        if (walk !== null) break
        walked.run(start, at)
        at = boss
      }
  })
}

/** Lines that a message lists. */
const mostLines = 5

const inCircle = (lines: readonly string[]): Finding => {
  const named = linesIn(lines)
  const all =
    named.length > mostLines
      ? `${named.slice(0, mostLines).join(', ')} and ${named.length - mostLines} more`
      : named.join(', ')
  return {
    outcome: 'failed',
    code: 'MANAGER_CIRCLE',
    message: `Lines ${all} make a circle: the manager of each is on the next one. None of them was sent.`,
    fix: 'Correct the manager on one of these lines, or empty the cell.',
  }
}

/** People whose manager is in a row that is not sent have a finding, too: nobody is created without the manager of the row. */
const refuseLed = (cohort: PartDatabase): void => {
  const { sql } = cohort
  const waiting = sql.prepare(
    `select p.n, b.line from people p join people b on b.n = p.boss where p.finding is null and b.finding is not null`,
  )
  const notes = notesOn(cohort)
  for (;;) {
    const rows = waiting.all() as unknown as readonly { readonly n: number; readonly line: string }[]
    if (rows.length === 0) return
    cohort.write(() => {
      for (const { n, line } of rows)
        notes.refuse(n, {
          outcome: 'failed',
          code: 'MANAGER_FAILED',
          message: `The manager is on line ${linesIn([line])[0]!}, which has a mistake, so the row was not sent.`,
          fix: 'Correct that line first.',
        })
    })
  }
}
