import { wrongState } from '../ledger-attempts.ts'
import { pending, sent } from '../ledger-tables.ts'
import type { SentMark } from '../ledger-types.ts'
import type { Sql } from './database.ts'

type Attempt = Omit<SentMark, 'before'>

/** An attempt as recorded, with the one before it of the same row. */
interface KeptAttempt extends Attempt {
  readonly number: number
  readonly previous: number | null
  readonly state: number
  readonly retried_after: number
}

const markRows = `
  with was as materialized (
    select w.tid, w.last_attempt, m.*, (select coalesce(max(number), 0) from attempts where run = $1) + m.place as number
    from unnest($2::bigint[], $3::int[], $4::text[], $5::bigint[], $6::text[]) with ordinality
      as m (ordinal, attempt, client, at, before, place)
    cross join lateral (
      select ctid as tid, last_attempt from work where run = $1 and ordinal = m.ordinal and state in (${pending}, ${sent}) offset 0
    ) w
  ), added as (
    insert into attempts (run, number, ordinal, attempt, client, at, previous)
    select $1, number, ordinal, attempt, client, at, last_attempt from was
  )
  update work w set state = ${sent}, attempts = w.attempts + 1, last_attempt = was.number,
    first_sent = coalesce(w.first_sent, was.at), last_sent = was.at, answered = 0,
    before = case when w.first_sent is null or w.before is null then was.before else w.before end
  from was where w.ctid = was.tid returning w.ordinal`

/** Newest first. */
const chains = `
  with recursive chain as (
    select w.state, w.retried_after, a.* from unnest($2::bigint[]) as n (ordinal)
    cross join lateral (select state, retried_after, last_attempt from work where run = $1 and ordinal = n.ordinal offset 0) w
    cross join lateral (select * from attempts where run = $1 and number = w.last_attempt offset 0) a
    union all
    select chain.state, chain.retried_after, a.* from chain
    cross join lateral (select * from attempts where run = $1 and number = chain.previous offset 0) a
  )
  select number, ordinal, attempt, client, at as "atMs", previous, state, retried_after from chain order by number desc`

const chainsOf = async (sql: Pick<Sql, 'rows'>, run: number, ordinals: readonly number[]) =>
  Map.groupBy(await sql.rows<KeptAttempt>(chains, [run, [...new Set(ordinals)]]), ({ ordinal }) => ordinal)

/** Splits a list so that no part has an ordinal twice: each part is one statement. */
export function* apart<T extends { readonly ordinal: number }>(rows: readonly T[]): Generator<readonly T[]> {
  let part = new Map<number, T>()
  for (const row of rows) {
    if (part.has(row.ordinal)) {
      yield [...part.values()]
      part = new Map()
    }
    part.set(row.ordinal, row)
  }
  if (part.size > 0) yield [...part.values()]
}

/** Refuses a statement that did not change all of these rows. */
export const expectAll = (
  wanted: readonly number[],
  changed: readonly { readonly ordinal: number }[],
  state: string,
) => {
  if (changed.length === wanted.length) return
  const found = new Set(changed.map(({ ordinal }) => ordinal))
  throw wrongState(wanted.find(ordinal => !found.has(ordinal)) ?? wanted[0]!, state)
}

/** Records attempts, within a transaction. */
export const markAttempts = async (sql: Sql, run: number, marks: readonly SentMark[]): Promise<void> => {
  for (const part of apart(marks)) {
    const changed = await sql.rows<{ ordinal: number }>(markRows, [
      run,
      part.map(({ ordinal }) => ordinal),
      part.map(({ attempt }) => attempt),
      part.map(({ client }) => client),
      part.map(({ atMs }) => atMs),
      part.map(({ before }) => JSON.stringify(before)),
    ])
    expectAll(
      part.map(({ ordinal }) => ordinal),
      changed,
      'pending or sent',
    )
  }
}

const unmark = `
  with u as materialized (
    select u.*, at.place from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) as u (ordinal, last, last_sent, first_sent)
    cross join lateral (select ctid as place from work where run = $1 and ordinal = u.ordinal and state = ${sent} offset 0) at
  )
  update work w set attempts = w.attempts - 1, last_attempt = u.last, last_sent = u.last_sent, first_sent = u.first_sent,
    state = case when u.first_sent is null then ${pending} else ${sent} end,
    before = case when u.first_sent is null then null else w.before end
  from u where w.ctid = u.place returning w.ordinal`

const rejoin = `
  update attempts a set previous = j.previous from (
    select j.previous, at.place from unnest($2::bigint[], $3::bigint[]) as j (number, previous)
    cross join lateral (select ctid as place from attempts where run = $1 and number = j.number offset 0) at
  ) j where a.ctid = j.place`

/** Takes back attempts, within a transaction. Returns the rows that have another one, and are still sent. */
export const withdrawAttempts = async (
  sql: Sql,
  run: number,
  marks: readonly Pick<SentMark, 'ordinal' | 'attempt'>[],
): Promise<readonly number[]> => {
  const left = new Map<number, boolean>()
  for (const part of apart(marks)) {
    const ordinals = part.map(({ ordinal }) => ordinal)
    const found = await chainsOf(sql, run, ordinals)
    const taken = part.map(({ ordinal, attempt }) => {
      const all = found.get(ordinal) ?? []
      const at = all.findIndex(each => each.attempt === attempt)
      const one = all[at]
      if (!one) throw wrongState(ordinal, `marked with attempt ${attempt}`)
      const others = all.filter(each => each !== one)
      const open = others.filter(({ number, retried_after }) => number > retried_after)
      left.set(ordinal, open.length > 0)
      return { one, after: all[at - 1], last: others[0]?.number, newest: open[0]?.atMs, oldest: open.at(-1)?.atMs }
    })
    await sql.run('update attempts set withdrawn = true where run = $1 and number = any($2)', [
      run,
      taken.map(({ one }) => one.number),
    ])
    const joined = taken.filter(({ after }) => after)
    if (joined.length > 0)
      await sql.run(rejoin, [run, joined.map(({ after }) => after!.number), joined.map(({ one }) => one.previous)])
    const changed = await sql.rows<{ ordinal: number }>(unmark, [
      run,
      ordinals,
      taken.map(({ last }) => last ?? null),
      taken.map(({ newest }) => newest ?? null),
      taken.map(({ oldest }) => oldest ?? null),
    ])
    expectAll(ordinals, changed, 'sent')
  }
  return [...left].flatMap(([ordinal, isSent]) => (isSent ? [ordinal] : []))
}

/** Attempts that were not withdrawn, by row in the order of these ordinals, oldest first. */
export const attemptsOf = async (
  sql: Pick<Sql, 'rows'>,
  run: number,
  ordinals: readonly number[],
): Promise<readonly Attempt[]> => {
  const found = await chainsOf(sql, run, ordinals)
  return ordinals.flatMap(of =>
    (found.get(of) ?? [])
      .toReversed()
      .map(({ ordinal, attempt, client, atMs }) => ({ ordinal, attempt, client, atMs })),
  )
}
