import { given } from '../../core/given.ts'
import type { Json } from '../../core/json.ts'
import type { Named, Notable } from '../../core/operation.ts'
import { removalCounter, type Removals } from './count-removals.ts'
import type { Stop } from '../../core/stop.ts'
import type { Key } from '../../core/row.ts'
import { dueOf } from './due-rows.ts'
import type { NamedNeed } from './units-in-turn.ts'
import type { Working } from './working.ts'

/** Rows that a preview shows. */
const mostSamples = 5

/** A row that would be sent. */
interface Sample {
  readonly key: Key
  readonly operation: string
  readonly about: string
  /** See `Operation.subject`. */
  readonly subject?: string
  /** The objects that its row names. */
  readonly names: readonly Named[]
  /** What else is said of it. */
  readonly detail?: string
}

/** What a run would do, before anything is sent. */
export interface Preview {
  /** Rows that would be sent, by operation. */
  readonly send: Readonly<Record<string, number>>
  /** Those of them that have no way back, by operation. */
  readonly final: Readonly<Record<string, number>>
  /** Requests that change something: a request has up to 20 links. */
  readonly writes: number
  /**
   * Number of requests of the run, `writes` included. Each request in a batch counts. The run makes a few more: for rows that wait for
   * an earlier step, and to find the protected objects.
   */
  readonly requests: number
  readonly removals: readonly Removals[]
  /** Units that rows take and free, by id of the supply. */
  readonly units: readonly NamedNeed[]
  /** Rows that remove something and are about such an object. Rows that wait for another one are not looked at. */
  readonly notable: Readonly<Partial<Record<Notable, number>>>
  /** What operations remark about rows (`Operation.remarks`), with the number of rows. */
  readonly remarks: Readonly<Record<string, number>>
  readonly samples: readonly Sample[]
  /** Rows that are left for a later time, by that time: ISO 8601, UTC. They are among those of `send`, but not of `writes`. */
  readonly waits: Readonly<Record<string, number>>
  /** What could not be checked, as sentences. */
  readonly unchecked: readonly string[]
  /** Of a dry run: what would stop the run that sends the changes. */
  readonly stops: readonly Stop[]
  /** What was noted while the rows were read, as sentences: columns that are not used. */
  readonly notes: readonly string[]
  /** What the onlooker of the run has counted: for each phase that has some, judged on what the directory has before all of them. */
  readonly impacts: readonly Json[]
}

/** A row that would be sent, with what is known of the directory before. */
export type Tallied = Pick<Working, 'entry' | 'operation' | 'value' | 'before'> &
  Partial<Pick<Working, 'notable' | 'impact'>>

/** Counts rows that would be sent. */
export const openTally = () => {
  const send: Record<string, number> = {}
  const final: Record<string, number> = {}
  const notable: Record<string, number> = {}
  const remarks: Record<string, number> = {}
  const waits: Record<string, number> = {}
  const removals = removalCounter()
  const samples: Sample[] = []
  const writes = writeCounter()
  const later = new Map<string, number>()

  const addEffect = ({ operation, value, before }: Omit<Tallied, 'entry'>): boolean => {
    if (operation.irreversible?.(value, before)) count(final, operation.kind)
    return removals.add(operation, value, before)
  }
  const add = (row: Tallied): boolean => {
    const { entry, operation } = row
    count(send, operation.kind)
    const dueMs = dueOf(entry)
    if (dueMs !== undefined) count(waits, new Date(dueMs).toISOString())
    for (const each of row.notable ?? []) count(notable, each)
    for (const each of operation.remarks?.(row.value, row.before) ?? []) count(remarks, each)
    if (samples.length < mostSamples)
      samples.push({
        key: entry.key,
        operation: operation.kind,
        about: entry.about,
        names: operation.named?.(row.value) ?? [],
        ...given({ subject: operation.subject?.(row.value), detail: operation.detail?.(row.value, row.before) }),
      })
    return addEffect(row)
  }
  return {
    /** Adds only what a row takes away, and whether it can be undone. Returns whether it removes something. */
    addEffect,
    /** Adds a row that would be sent at once. Rows come in the order of their locks. */
    add(row: Tallied): void {
      add(row)
      if (dueOf(row.entry) === undefined) writes.add(row)
    },
    /**
     * Adds a row that would be sent after so many others, one after the other. Rows that follow as many share requests. Returns
     * whether it removes something.
     */
    addLater(row: Tallied, after: number): boolean {
      const takesAway = add(row)
      if (dueOf(row.entry) !== undefined) return takesAway
      const { rowsPerRequest } = row.operation
      if (rowsPerRequest === undefined) {
        writes.more()
        return takesAway
      }
      const request = `${after} ${row.operation.kind} ${row.entry.locks[0]!}`
      const rows = (later.get(request) ?? 0) + 1
      later.set(request, rows)
      if (rows % rowsPerRequest === 1) writes.more()
      return takesAway
    },
    counts: (): Omit<Preview, 'requests' | 'units' | 'unchecked' | 'stops' | 'notes' | 'impacts'> => ({
      send,
      final,
      writes: writes.total(),
      removals: removals.removals(),
      notable,
      remarks,
      samples,
      waits,
    }),
  }
}

const count = (counts: Record<string, number>, name: string): void => void (counts[name] = (counts[name] ?? 0) + 1)

/** Counts the requests for rows that come in the order of their locks. */
const writeCounter = () => {
  let total = 0
  let last: Tallied | undefined
  let inRequest = 0
  return {
    add(row: Tallied) {
      const isSame = last?.operation === row.operation && last.entry.locks[0] === row.entry.locks[0]
      inRequest = isSame && inRequest < (row.operation.rowsPerRequest ?? 1) ? inRequest + 1 : 1
      if (inRequest === 1) total++
      last = row
    },
    more: () => void total++,
    total: () => total,
  }
}
