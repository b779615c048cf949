import { given } from '../../core/given.ts'
import type { OperationRow, Values } from '../../core/operation.ts'
import type { Outcome } from '../../core/result.ts'
import { pending, states, waiting } from '../ledger-tables.ts'
import type { KeptEntry, KeptNewEntry, Need, WaitingRow, Waits } from '../ledger-types.ts'
import type { Sql } from './database.ts'
import { keyOf, keyText, safeText, textOf } from './texts.ts'

/**
 * The sealed text of a row. Rows that share one have it once: the later ones have their distance to the first, as `-1`. Empty if it is
 * missing, so that it cannot be opened.
 *
 * @param row alias of its line in `ledger`
 */
export const sealedText = (row: string): string =>
  `case when ${row}.sealed like '-%' then coalesce((select first.sealed from ledger first
     where first.run = ${row}.run and first.ordinal = ${row}.ordinal + ${row}.sealed::bigint), '') else ${row}.sealed end`

/** What a row needs, as a list of lists; null if it needs nothing. */
const needsOf = `(select json_agg(json_build_array(n.key, n.step, n.waits) order by n.key, n.step)
  from needs n where n.run = l.run and n.ordinal = l.ordinal)`

type NeedLines = readonly (readonly [key: string, step: number, waits: Need['waits']])[]

const needsIn = (lines: NeedLines): readonly Need[] =>
  lines.map(([key, step, waits]) => ({ key: keyOf(key), step, waits }))

/** A line of `entryColumns`. */
export interface EntryLine {
  readonly ordinal: number
  readonly key: string
  readonly step: number
  readonly kind: string
  readonly about: string
  readonly lock: string
  readonly locks: string | null
  readonly row: string
  readonly sealed: string | null
  readonly state: number
  readonly waits: Waits | null
  readonly released: number | null
  readonly attempts: number | null
  readonly first_sent: number | null
  readonly last_sent: number | null
  readonly before: string | null
  readonly id: string | null
  readonly outcome: Outcome | null
  readonly has_sealed: boolean
  readonly lost: boolean | null
  readonly is_final: boolean | null
  readonly needs: NeedLines | null
  readonly answered: number | null
}

/** The columns of `entryOf`, also before `arrange`. @param sealed `sealedText('l')`, or `null` for rows without their secrets */
export const entryColumns = (sealed: string): string =>
  `l.ordinal, l.key, l.step, l.kind, l.about, l.lock, l.locks, l.row, ${sealed} as sealed,
   coalesce(w.state, case when l.waits is null then ${pending} else ${waiting} end) as state, coalesce(w.waits, l.waits) as waits,
   w.released, w.attempts, w.first_sent, w.last_sent, w.before, w.id, w.outcome, l.sealed is not null as has_sealed, w.lost,
   w.is_final, ${needsOf} as needs, w.answered`

/** The ledger with what became of each row, if it is known. */
export const ledgerAndWork = 'ledger l left join work w on w.run = l.run and w.ordinal = l.ordinal'

/** The change of a line. */
export const rowOf = (kind: string, text: string): OperationRow => ({
  kind,
  ...(JSON.parse(text) as Omit<OperationRow, 'kind'>),
})

/** Reads a line of `entryColumns`. */
export const entryOf = (line: EntryLine): KeptEntry => ({
  ordinal: line.ordinal,
  key: keyOf(line.key),
  step: line.step,
  row: rowOf(line.kind, line.row),
  about: textOf(line.about),
  locks: [textOf(line.lock), ...(line.locks === null ? [] : (JSON.parse(line.locks) as string[]))],
  state: states[line.state]!,
  attempts: line.attempts ?? 0,
  ...given({
    sealed: line.sealed ?? undefined,
    hasSecrets: line.has_sealed && line.sealed === null ? (true as const) : undefined,
    lost: line.lost ? (true as const) : undefined,
    isFinal: line.is_final ? (true as const) : undefined,
    waits: line.waits ?? undefined,
    releasedAt: line.released ?? undefined,
    firstSentAt: line.first_sent ?? undefined,
    lastSentAt: line.last_sent ?? undefined,
    before: line.before === null ? undefined : (JSON.parse(line.before) as Values),
    id: line.id ?? undefined,
    outcome: line.outcome ?? undefined,
    needs: line.needs ? needsIn(line.needs) : undefined,
    answered: line.answered ? (line.answered === 2 ? ('refused' as const) : (true as const)) : undefined,
  }),
})

/** The values of a new line of `ledger` that are not sealed. */
export const newLine = ({ key, step = 0, row, ordered, waits, about, locks }: KeptNewEntry) => ({
  key: keyText(key),
  step,
  kind: row.kind,
  ordered: ordered ?? false,
  waits: waits ?? null,
  about: safeText(about),
  lock: safeText(locks[0]!),
  locks: locks.length > 1 ? JSON.stringify(locks.slice(1)) : null,
  row: JSON.stringify({
    value: row.value,
    ...given({ expected: row.expected, later: row.later, orSkipped: row.orSkipped, undoes: row.undoes }),
  }),
})

/** A line of `waitingColumns`. */
export interface WaitingLine extends Pick<EntryLine, 'ordinal' | 'key' | 'step' | 'kind' | 'about' | 'needs'> {
  readonly waits_for: number
  readonly waits: Waits
}

/** The columns of `waitingOf`. */
export const waitingColumns = `l.ordinal, l.key, l.step, l.kind, l.about, w.waits_for, w.waits, ${needsOf} as needs`

/** Reads a line of `waitingColumns`. */
export const waitingOf = ({ ordinal, key, step, kind, about, waits_for, waits, needs }: WaitingLine): WaitingRow => ({
  ordinal,
  key: keyOf(key),
  step,
  kind,
  about: textOf(about),
  for: waits_for,
  waits,
  ...(needs && { needs: needsIn(needs) }),
})

/** The ordinals of a phase, both inclusive. */
export interface LedgerRange {
  readonly first: number
  readonly last: number
  /** Whether all of its rows are there, with a state. */
  readonly isComplete: boolean
}

/** Finds the range of a phase: what follows the complete phases belongs to the one whose intake is in progress. */
export const ledgerRange = async (sql: Pick<Sql, 'rows'>, run: number, phase: string): Promise<LedgerRange> => {
  const intakes = await sql.rows<{ phase: string; first: number; last: number }>(
    'select phase, first, last from intakes where run = $1',
    [run],
  )
  const own = intakes.find(intake => intake.phase === phase)
  if (own) return { first: own.first, last: own.last, isComplete: true }
  const before = intakes.reduce((most, { last }) => Math.max(most, last), 0)
  return { first: before + 1, last: Number.MAX_SAFE_INTEGER, isComplete: false }
}
