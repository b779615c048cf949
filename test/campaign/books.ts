import type { Result } from '../../src/core/result.ts'
import type { Store } from '../../src/store/store.ts'
import { phasesOf } from '../../src/store/types.ts'

/** What a run says of one row: its result, and its attempts. */
export interface Booked {
  readonly key: string | number
  readonly outcome: string | undefined
  readonly code: string | undefined
  /** Name of its operation; undefined if the row failed in intake. */
  readonly kind?: string
  readonly value: Readonly<Record<string, unknown>>
  /** Id of the object, as the result says. */
  readonly id: string | undefined
  readonly attempts: readonly string[]
}

/** Tells the steps of a row apart. */
const placeOf = ({ key, step = 0 }: Pick<Result, 'key' | 'step'>): string => JSON.stringify([key, step])

/** Rows of a ledger that are read at once. */
const atOnce = 5_000

/** Reads the ledger and the results of a run, of all its phases. Rows that failed in intake are in the results only. */
export const booksOf = (store: Store, run: string): Promise<readonly Booked[]> =>
  store.read(run, async reader => {
    const phases = phasesOf(await store.get(run))
    const results = new Map<string, Pick<Result, 'key' | 'outcome' | 'code' | 'id'>>()
    for (let after = 0; ;) {
      const page = await reader.readResults({ after, limit: atOnce })
      for (const result of page) results.set(placeOf(result), result)
      const last = page.at(-1)
      if (!last) break
      after = last.sequence
    }
    const booked: Booked[] = []
    for (const phase of phases) {
      const ledger = reader.phase(phase).ledger()
      for (let after = 0; ;) {
        const entries = await ledger.entries({ after, limit: atOnce })
        const last = entries.at(-1)
        if (!last) break
        const clients = Map.groupBy(
          await ledger.attempts(entries.map(({ ordinal }) => ordinal)),
          ({ ordinal }) => ordinal,
        )
        for (const { ordinal, key, step, row } of entries) {
          const place = placeOf({ key, step })
          const result = results.get(place)
          results.delete(place)
          booked.push({
            key,
            outcome: result?.outcome,
            code: result?.code,
            id: result?.id,
            kind: row.kind,
            value: row.value,
            attempts: (clients.get(ordinal) ?? []).map(({ client }) => client),
          })
        }
        after = last.ordinal
      }
    }
    for (const { key, outcome, code, id } of results.values())
      booked.push({ key, outcome, code, id, value: {}, attempts: [] })
    return booked
  })
