import { given } from '../core/given.ts'
import type { Database } from './database.ts'
import { afterEntry, entryColumns, entryOf, lines } from './ledger-rows.ts'
import { ledgerRange } from './ledger-range.ts'
import { sent, settled } from './ledger-tables.ts'
import type { LedgerReader } from './ledger-types.ts'

/** Attempts that are read at once. */
const pageAttempts = 5_000
/** A reply may come so long after its attempt. Attempts are recorded in the order of their times. */
const longestReplyMs = 10 * 60_000

/** Reads what was written lately, from the end of the attempts: the ledger may have millions of others. */
export const ledgerWrites = (
  { sql, read }: Database,
  phase: string,
  now: () => number,
): Pick<LedgerReader, 'writtenSince'> => {
  const range = ledgerRange({ sql }, phase)
  const text = `select ${entryColumns('null')}, iif(w.state = ${settled}, r.at, null), iif(w.state = ${sent}, a.number, null)
    from (select * from attempts where number > ?1 order by number limit ${pageAttempts}) a
    join work w on w.ordinal = a.ordinal join ledger l on l.ordinal = a.ordinal left join results r on r.sequence = w.result
    where a.withdrawn = 0 and a.ordinal between ?2 and ?3 order by a.number`

  /** The number before the first attempt that may matter. */
  const start = (sinceMs: number): number => {
    const at = sql.prepare('select number, at from attempts where number <= ? order by number desc limit 1')
    const end = Number(sql.prepare('select max(number) as number from attempts').get()?.['number'] ?? 0)
    for (let number = end; number > 0; number -= pageAttempts) {
      const found = at.get(number)
      if (!found) return 0
      if ((found['at'] as number) < sinceMs - longestReplyMs) return found['number'] as number
    }
    return 0
  }

  return {
    writtenSince: async (sinceMs, after) =>
      read(() => {
        const from = after ?? start(sinceMs)
        const end = sql
          .prepare(
            `select max(number) as number from (select number from attempts where number > ? order by number limit ?)`,
          )
          .get(from, pageAttempts)?.['number'] as number | null
        if (end === null) return { rows: [], number: undefined }
        const { first, last } = range()
        const found = lines(sql, text)(from, first, last)
        const open = found.find(line => line[afterEntry + 1] !== null)?.[afterEntry + 1] as number | undefined
        const rows = found.flatMap(line => {
          const atMs = (line[afterEntry] ?? now()) as number
          return atMs < sinceMs ? [] : [{ ...entryOf(line), atMs }]
        })
        return { rows, number: end, ...given({ open }) }
      }),
  }
}
