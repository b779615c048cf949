import { hash } from 'node:crypto'
import type { Operation } from '../../core/operation.ts'
import type { Entry, Ledger, SameAbout, Settlement, Waits } from '../../store/ledger-types.ts'
import { settlementOf } from './results.ts'

type Row = SameAbout['entries'][number]

/** Lines that a message names. */
const mostNamed = 5

const lines = (rows: readonly Row[]): string => {
  const keys = [...new Set(rows.map(({ key }) => key))]
  const named = keys.slice(0, mostNamed).join(', ')
  return `${keys.length === 1 ? 'line' : 'lines'} ${named}${keys.length > mostNamed ? ` and ${keys.length - mostNamed} more` : ''}`
}

interface Arranged {
  readonly waits: { readonly ordinal: number; readonly for: number; readonly waits: Waits }[]
  readonly settled: Settlement[]
}

/** An add and a remove of one link: each waits for the one before it, and a repetition of that one is the same change. */
const inOrder = (rows: readonly Row[], { waits }: Arranged): void => {
  let last: Row | undefined
  for (const row of rows) {
    if (last)
      waits.push({ ordinal: row.ordinal, for: last.ordinal, waits: row.digest === last.digest ? 'same' : 'after' })
    if (row.digest !== last?.digest) last = row
  }
}

const conflicting = ({ about, entries: rows }: SameAbout, { settled }: Arranged): void => {
  const isOneKind = rows.every(({ kind }) => kind === rows[0]!.kind)
  for (const row of rows) {
    const others = rows.filter(({ key }) => key !== row.key)
    settled.push({
      ...settlementOf(
        { ...row, about },
        {
          outcome: 'failed',
          code: 'ROWS_CONFLICT',
          message: `It names the same object as ${lines(others)}, with ${isOneKind ? 'other values' : 'another change'}, so none of them was sent.`,
          fix: 'Keep one of these lines.',
        },
      ),
      isFinal: true,
    })
  }
}

/** Whether two rows, one after the other, make the same link in different ways. */
const hasRivals = (rows: readonly Row[]): boolean =>
  rows.some(({ kind, digest }, at) => at > 0 && kind === rows[at - 1]!.kind && digest !== rows[at - 1]!.digest)

/** What is left for a later time is made by another run, so it contradicts nothing that is made now. */
const isLater = ({ digest }: Row): boolean => digest.startsWith(later)
const later = 'later '

const arrange = (same: SameAbout, arranged: Arranged): void => {
  for (const entries of Map.groupBy(same.entries, isLater).values()) arrangeRows({ ...same, entries }, arranged)
}

const arrangeRows = (same: SameAbout, arranged: Arranged): void => {
  const { entries } = same
  const [first] = entries as readonly [Row]
  // Several steps of one row follow one another anyway.
  if (entries.every(({ key }) => key === first.key)) return
  if (entries.every(({ ordered }) => ordered) && !hasRivals(entries)) return inOrder(entries, arranged)
  if (entries.some(({ digest }) => digest !== first.digest)) return conflicting(same, arranged)
  for (const { ordinal } of entries.slice(1)) arranged.waits.push({ ordinal, for: first.ordinal, waits: 'same' })
}

/** Equal for equal changes: operation, values and secrets. It is in no file. */
const digestBy =
  (operationOf: (kind: string) => Operation) =>
  ({ row: { kind, value, expected, later: time }, secrets }: Pick<Entry, 'row' | 'secrets'>): string => {
    const all = { ...value, ...secrets }
    const compared = operationOf(kind).withoutDrawn?.(all) ?? all
    const digest = hash('sha256', JSON.stringify([kind, compared, expected ?? null]), 'base64url')
    return time ? `${later}${digest}` : digest
  }

/**
 * Finds rows that change the same thing: a row that is the same change as an earlier one gets its result, contradicting ones fail,
 * and changes of one link keep their order. Returns the results, once they are recorded.
 */
export const arrangeRepeats = async (
  ledger: Ledger,
  operationOf: (kind: string) => Operation,
  settled: (settlements: readonly Settlement[]) => Promise<void>,
): Promise<void> => {
  for await (const groups of ledger.sameAbout(digestBy(operationOf))) {
    const arranged: Arranged = { waits: [], settled: [] }
    for (const group of groups) arrange(group, arranged)
    if (arranged.waits.length > 0) await ledger.wait(arranged.waits)
    if (arranged.settled.length > 0) await settled(arranged.settled)
  }
}
