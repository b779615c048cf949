import type { Fields, Json } from '../core/json.ts'
import { isCode } from '../core/errors.ts'
import type { Key } from '../core/row.ts'
import { sameText } from '../core/same-text.ts'
import { batches } from './batches.ts'
import { choose, sameKey, type Moment } from './claims.ts'
import type { Mapping } from './mapping.ts'
import { personIn, type Person } from './person.ts'
import type { Tables } from './tables.ts'

/** A row of the table `feed`. */
interface FeedRow {
  readonly n: number
  readonly line: Key
  readonly person: string
  readonly key: string
  readonly effective: string
  readonly main: number
  readonly ahead: number
  readonly fault: string | null
  readonly fix: string | null
  readonly row: string
}

interface Failed {
  readonly key: string
  readonly line: Key
  readonly fault: string
  readonly fix: string
}

type Found = (Person & { readonly feed: number }) | Failed

const ofPerson = (mapping: Mapping, rows: readonly FeedRow[], moment: Moment): Found => {
  const [{ key }] = rows as readonly [FeedRow]
  const faulty = rows.find(({ fault }) => fault !== null)
  if (faulty) return { key, line: faulty.line, fault: faulty.fault!, fix: faulty.fix! }
  const chosen = choose(
    mapping,
    rows.map(({ line, key, effective, main, ahead, row }) => ({
      line,
      key,
      effective,
      isPrimary: main === 1,
      isAhead: ahead === 1,
      row: JSON.parse(row) as Fields,
    })),
  )
  if ('fault' in chosen) return { key, line: chosen.lines[0]!, fault: chosen.fault, fix: chosen.fix }
  try {
    const { claim } = chosen
    return { ...personIn(mapping, claim, moment), feed: rows.find(({ line }) => line === claim.line)!.n }
  } catch (error) {
    if (!isCode(error, 'ROW_INVALID')) throw error
    return { key, line: chosen.claim.line, fault: error.message, fix: error.fix ?? 'Correct the row.' }
  }
}

/** The form in which values are compared. @returns undefined for an empty value, which recognises nobody */
export const sameValue = (value: Json | undefined): string | undefined => {
  const text = typeof value === 'string' ? sameText(value) : ''
  return text === '' ? undefined : text
}

const insertPerson = `insert into people (n, person, key, line, standing, today, starts, ended, name, manager, wanted, feed, fault, fix)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const insertKey = 'insert into person_keys (attribute, value, person) values (?, ?, ?)'

const rowsByPerson = function* (tables: Tables): Generator<readonly FeedRow[]> {
  let rows: FeedRow[] = []
  const all = tables.sql.prepare('select * from feed order by person, n').iterate()
  for (const each of all as unknown as Iterable<FeedRow>) {
    // Rows that name nobody are nobody's.
    if (rows.length > 0 && (each.person !== rows[0]!.person || each.person === '')) {
      yield rows
      rows = []
    }
    rows.push(each)
  }
  if (rows.length > 0) yield rows
}

/** Fills the table `people` from `feed`: one row a person, in the order of the keys. */
export const choosePeople = (tables: Tables, mapping: Mapping, moment: Moment): void => {
  const person = tables.sql.prepare(insertPerson)
  const key = tables.sql.prepare(insertKey)
  let n = 0
  const batch = batches<Found>(tables, found => {
    n++
    const id = found.key === '' ? '' : sameKey(found.key)
    if ('fault' in found) {
      const { key, line, fault, fix } = found
      person.run(n, id, key, line, 'failed', '', null, null, key, null, '{}', null, fault, fix)
      return
    }
    const { line, standing, today, starts = null, ended = null, manager, wanted, feed } = found
    const name = typeof wanted['displayName'] === 'string' ? wanted['displayName'] : found.key
    const boss = manager === undefined ? null : sameKey(manager)
    const json = JSON.stringify(wanted)
    person.run(n, id, found.key, line, standing, today, starts, ended, name, boss, json, feed, null, null)
    mapping.match.forEach(({ path }, attribute) => {
      const value = sameValue(wanted[path])
      if (value !== undefined) key.run(attribute, value, n)
    })
  })
  for (const rows of rowsByPerson(tables)) batch.add(ofPerson(mapping, rows, moment))
  batch.flush()
  tables.sql.exec(`create index person_keys_value on person_keys (attribute, value, person);
    create index people_person on people (person)`)
}
