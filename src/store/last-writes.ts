import type { Entry } from './ledger-types.ts'
import type { RunStore } from './run-store.ts'
import { phasesOf } from './types.ts'

interface LastWrites {
  /** Id of the directory. */
  readonly tenant: string
  readonly rows: readonly Pick<Entry, 'about' | 'locks' | 'row'>[]
  readonly sinceMs: number
  readonly exceptRun: string
}

/** Looks for what other runs of a tenant sent lately; see `Store.lastWrites`. */
export const lastWrites = async (
  runs: Pick<RunStore, 'list' | 'read'>,
  { tenant, rows, sinceMs, exceptRun }: LastWrites,
): Promise<readonly (number | undefined)[]> => {
  let last: readonly (number | undefined)[] = rows.map(() => undefined)
  for (const info of await runs.list({ tenant, writes: true })) {
    const isRecent = info.id !== exceptRun && (info.endedAt ?? Infinity) >= sinceMs
    if (!isRecent) continue
    for (const phase of phasesOf(info)) {
      const sent = await runs.read(info.id, run => run.phase(phase).ledger().sentSince(rows, sinceMs))
      last = last.map((one, at) => latest(one, sent[at]))
    }
  }
  return last
}

const latest = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined ? other : other === undefined ? one : Math.max(one, other)
