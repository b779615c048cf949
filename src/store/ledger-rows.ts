import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite'
import { given } from '../core/given.ts'
import type { OperationRow, Values } from '../core/operation.ts'
import type { Outcome } from '../core/result.ts'
import type { Key } from '../core/row.ts'
import { pending, states, waiting } from './ledger-tables.ts'
import type { KeptEntry, KeptNewEntry, Need, SameAbout, WaitingRow, Waits } from './ledger-types.ts'

/** Values of a line by their place in the select: lists are read faster than objects. */
type Line = readonly SQLOutputValue[]

/** Prepares a select whose lines are lists. */
export const lines = (sql: DatabaseSync, text: string): ((...values: readonly SQLInputValue[]) => readonly Line[]) => {
  const statement = sql.prepare(text)
  statement.setReturnArrays(true)
  return (...values) => statement.all(...values) as unknown as readonly Line[]
}

/**
 * The sealed text of a row. Rows that share one have it once: the later ones have their distance to the first, as `-1`. Empty if it is
 * missing, so that it cannot be opened.
 *
 * @param row alias of its line in `ledger`
 */
export const sealedText = (row: string): string =>
  `iif(${row}.sealed like '-%', ifnull((select first.sealed from ledger first where first.ordinal = ${row}.ordinal + ${row}.sealed), ''), ${row}.sealed)`

/** What a row needs, as a list of lists; null if it needs nothing. */
const needsOf = `(select json_group_array(json_array(n.key, n.step, n.waits)) from needs n where n.ordinal = l.ordinal having count(*) > 0)`

const needsIn = (text: string): readonly Need[] =>
  parsed<readonly (readonly [Need['key'], number, Need['waits']])[]>(text).map(([key, step, waits]) => ({
    key,
    step,
    waits,
  }))

/** The columns of `entryOf`, also before `arrange`. @param sealed `sealedText` of `l`, or `null` for rows without their secrets */
export const entryColumns = (sealed: string): string =>
  `l.ordinal, l.key, l.step, l.kind, l.about, l.lock, l.locks, l.row, ${sealed},
   ifnull(w.state, iif(l.waits is null, ${pending}, ${waiting})), ifnull(w.waits, l.waits), w.releasedAt, w.attempts,
   w.firstSentAt, w.lastSentAt, w.before, w.id, w.outcome, l.sealed is not null, w.lost, w.isFinal, ${needsOf}, w.answered`

const parsed = <T>(text: SQLOutputValue | undefined): T => JSON.parse(text as string) as T
const known = <T extends SQLOutputValue, R>(name: string, value: SQLOutputValue | undefined, as: (value: T) => R) =>
  value === null ? undefined : { [name]: as(value as T) }
const same = <T>(value: T): T => value

/** Reads a line of `entryColumns`. */
export const entryOf = (line: Line): KeptEntry => ({
  ordinal: line[0] as number,
  key: line[1] as Key,
  step: line[2] as number,
  row: rowOf(line[3], line[7]),
  about: line[4] as string,
  locks: line[6] === null ? [line[5] as string] : [line[5] as string, ...parsed<string[]>(line[6])],
  state: states[line[9] as number]!,
  attempts: (line[12] ?? 0) as number,
  ...known('sealed', line[8], same),
  ...(line[18] === 1 && line[8] === null && { hasSecrets: true as const }),
  ...(line[19] === 1 && { lost: true as const }),
  ...(line[20] === 1 && { isFinal: true as const }),
  ...known('waits', line[10], value => value as Waits),
  ...known('releasedAt', line[11], same),
  ...known('firstSentAt', line[13], same),
  ...known('lastSentAt', line[14], same),
  ...known('before', line[15], value => parsed<Values>(value)),
  ...known('id', line[16], same),
  ...known('outcome', line[17], value => value as Outcome),
  ...known('needs', line[21], needsIn),
  ...known('answered', line[22] === 0 ? null : line[22], how => (how === 2 ? 'refused' : true)),
})

/** Returns a function that makes the value of `sealed`, called with each new line in turn. */
export const sealedWriter = () => {
  let first: string | undefined
  let distance = 0
  return (sealed: string | undefined): string | null => {
    distance++
    if (sealed === undefined) return null
    if (sealed === first) return `-${distance}`
    first = sealed
    distance = 0
    return sealed
  }
}

/** The change of a line. */
export const rowOf = (kind: SQLOutputValue | undefined, text: SQLOutputValue | undefined): OperationRow => ({
  kind: kind as string,
  ...parsed<Omit<OperationRow, 'kind'>>(text),
})

/** The values of a new line of `ledger`, after its ordinal and before what is sealed, its input and its subject. */
export const valuesOf = ({ key, step = 0, row, ordered, waits, about, locks }: KeptNewEntry) =>
  [
    key,
    step,
    row.kind,
    ordered ? 1 : 0,
    waits ?? null,
    about,
    locks[0]!,
    locks.length > 1 ? JSON.stringify(locks.slice(1)) : null,
    JSON.stringify({
      value: row.value,
      ...given({ expected: row.expected, later: row.later, orSkipped: row.orSkipped, undoes: row.undoes }),
    }),
  ] as const

/** The columns of `waitingOf`. */
export const waitingColumns = `l.ordinal, l.key, l.step, l.kind, l.about, w.waitsFor, w.waits, ${needsOf}`

/** Place of the first column after those of `waitingOf`, and of `entryOf`. */
export const [afterWaiting, afterEntry] = [8, 23] as const

/** Reads a line of `waitingColumns`. */
export const waitingOf = (line: Line): WaitingRow => ({
  ordinal: line[0] as number,
  key: line[1] as Key,
  step: line[2] as number,
  kind: line[3] as string,
  about: line[4] as string,
  for: line[5] as number,
  waits: line[6] as Waits,
  ...known('needs', line[7], needsIn),
})

/** Groups lines of ordinal, key, step, kind, ordered, digest and about. Groups of one row are left out. */
export const groupsOf = (lines: readonly Line[]): readonly SameAbout[] => {
  const groups = new Map<string, SameAbout['entries'][number][]>()
  for (const line of lines) {
    const about = line[6] as string
    const group = groups.get(about) ?? []
    const [first] = group
    const [kind, digest] = [line[3] as string, line[5] as string]
    group.push({
      ordinal: line[0] as number,
      key: line[1] as Key,
      step: line[2] as number,
      // A thousand equal rows share one text.
      kind: first?.kind === kind ? first.kind : kind,
      ordered: line[4] === 1,
      digest: first?.digest === digest ? first.digest : digest,
    })
    groups.set(about, group)
  }
  return [...groups].filter(([, { length }]) => length > 1).map(([about, entries]) => ({ about, entries }))
}
