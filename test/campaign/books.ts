import type { Store } from '../../src/store/store.ts'
import { phasesOf } from '../../src/store/types.ts'

/** What a run says of one row: its result, and its attempts. */
export interface Booked {
  readonly key: string | number
  readonly outcome: string | undefined
  readonly code: string | undefined
  readonly value: Readonly<Record<string, unknown>>
  /** Id of the object, as the result says. */
  readonly id: string | undefined
  readonly attempts: readonly string[]
}

/** Rows of a ledger that are read at once. */
const atOnce = 5_000

/** Reads the ledger and the results of a run. Rows that failed in intake are in the results only. */
export const booksOf = (store: Store, run: string): Promise<readonly Booked[]> =>
  store.read(run, async reader => {
    const [phase] = phasesOf(await store.get(run)) as [string]
    const results = new Map<string | number, { outcome: string; code?: string | undefined; id?: string | undefined }>()
    for (let after = 0; ;) {
      const page = await reader.readResults({ after, limit: atOnce })
      for (const result of page) results.set(result.key, result)
      const last = page.at(-1)
      if (!last) break
      after = last.sequence
    }
    const ledger = reader.phase(phase).ledger()
    const booked: Booked[] = []
    for (let after = 0; ;) {
      const entries = await ledger.entries({ after, limit: atOnce })
      const last = entries.at(-1)
      if (!last) break
      const clients = Map.groupBy(
        await ledger.attempts(entries.map(({ ordinal }) => ordinal)),
        ({ ordinal }) => ordinal,
      )
      for (const { ordinal, key, row } of entries) {
        const result = results.get(key)
        results.delete(key)
        booked.push({
          key,
          outcome: result?.outcome,
          code: result?.code,
          id: result?.id,
          value: row.value,
          attempts: (clients.get(ordinal) ?? []).map(({ client }) => client),
        })
      }
      after = last.ordinal
    }
    for (const [key, { outcome, code, id }] of results) booked.push({ key, outcome, code, id, value: {}, attempts: [] })
    return booked
  })
