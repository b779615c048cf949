import type { Clock } from '../../core/clock.ts'
import type { Graph } from '../../core/graph.ts'
import type { Finding } from '../../core/operation.ts'
import type { FreeUnits } from '../../core/supply.ts'
import type { SurveyedUnits } from './survey-units.ts'
import type { Working } from './working.ts'

/** The free units are counted again after this time, and rows that Graph refused although some were free are sent again. */
const intervalMs = 30_000

/** So many refusals does a row get although units are free, before it fails. */
const mostRefusals = 5

type Row = Pick<Working, 'entry' | 'operation' | 'value' | 'before'>

/** What becomes of rows that are ready. */
interface Admitted<R> {
  readonly go: readonly R[]
  /** They stay pending: they are looked at again once units may be free. */
  readonly later: readonly R[]
  readonly over: readonly { readonly row: R; readonly finding: Finding }[]
}

/**
 * Watches the units of a supply while rows are sent. A refusal for lack of units makes it count them again. While none are free, rows that
 * need one of that id are held back, and all others go on. Once nothing else is left that could free units, and none are free, these rows
 * fail. It lasts for all waves of a run in this process.
 */
export interface UnitWatch {
  /** Sorts rows that are about to be sent. */
  admit<R extends Row>(rows: readonly R[]): Admitted<R>
  /** Called with a refusal: the directory has no unit of this id. Returns the end of the row after too many; otherwise it stays pending. */
  refused(row: Row, finding: Finding & { readonly lacks: string }): Finding | undefined
  /** A row was sent and performed. */
  performed(row: Row): void
  /** A row has a result. */
  settled(ordinal: number): void
  /** Whether units must be counted now: after a refusal, or when the last count is old. */
  isDue(): boolean
  /** Counts them. Returns whether rows that were held back may go now. */
  count(signal: AbortSignal): Promise<boolean>
  /** Resolves when units are to be counted again. Never resolves if that is not known. */
  next(signal: AbortSignal): Promise<void>
  /** Whether rows wait for units. */
  hasHeld(): boolean
  /** Called when nothing else is left. Lets rows go if units are free, after a while, and fails them otherwise. */
  reconsider(signal: AbortSignal): Promise<void>
}

/** Counts nothing before rows are sent. */
export const unitWatch = (
  { supply, rows }: SurveyedUnits,
  { graph, clock }: { readonly graph: Pick<Graph, 'pages'>; readonly clock: Clock },
): UnitWatch => {
  let free: ReadonlyMap<string, FreeUnits> | undefined
  let countedAtMs = clock.now()
  let mayBeRead = true
  /** Ids with a refusal since the last count. */
  const asked = new Set<string>()
  /** Ids of which none are free, so that rows which need one are held back. */
  const held = new Set<string>()
  /** Ids of which the doubtful units were refused. */
  const doubted = new Set<string>()
  /** By how many units an id is short, once the directory has run out of them. */
  const ranOut = new Map<string, number>()
  /** Refusals of rows for lack of a unit. */
  const refusals = new Map<number, number>()
  /** Ids that rows lacked since they were last let go. */
  const waiting = new Set<string>()
  /** Ids of which rows of this run have freed units since a refusal was last counted. */
  const freed = new Set<string>()
  /** Rows that lacked a unit although some were free go again then. */
  let againAtMs = 0

  const isNeeded = (): boolean => rows.takes.values().some(many => many > 0)
  const takesOf = ({ operation, value, before }: Row): readonly string[] => operation.units?.(value, before).takes ?? []
  const usable = (id: string): number => {
    const found = free?.get(id) ?? { free: 0, doubtful: 0 }
    return doubted.has(id) ? found.free - found.doubtful : found.free
  }
  const end = (id: string, short: number): Finding => ({
    outcome: 'failed',
    code: supply!.ranOut,
    message: `${supply!.nameOf(id)} are short by ${short}: none is free any more, so the row was not sent again.`,
    fix: `${supply!.fix} Then retry the rows.`,
  })
  const read = async (signal: AbortSignal): Promise<void> => {
    free = await supply!.read({ graph, signal })
    mayBeRead = free !== undefined
    countedAtMs = clock.now()
  }

  return {
    admit(ready) {
      if (!supply || held.size + ranOut.size === 0) return { go: ready, later: [], over: [] }
      type R = (typeof ready)[number]
      const admitted = { go: [] as R[], later: [] as R[], over: [] as { row: R; finding: Finding }[] }
      for (const row of ready) {
        const takes = takesOf(row)
        const gone = takes.find(id => ranOut.has(id))
        const lacking = takes.find(id => held.has(id))
        if (gone !== undefined) admitted.over.push({ row, finding: end(gone, ranOut.get(gone)!) })
        else if (lacking === undefined) admitted.go.push(row)
        else {
          waiting.add(lacking)
          admitted.later.push(row)
        }
      }
      return admitted
    },
    refused({ entry: { ordinal } }, { lacks, ...finding }) {
      const times = (refusals.get(ordinal) ?? 0) + 1
      if (!supply || !mayBeRead || times > mostRefusals) return finding
      refusals.set(ordinal, times)
      asked.add(lacks)
      waiting.add(lacks)
      return undefined
    },
    performed(row) {
      // The refusal of a doubtful unit was that of a unit which somebody else had taken.
      for (const id of doubted.size > 0 ? takesOf(row) : []) if (doubted.delete(id)) held.delete(id)
      for (const id of row.operation.units?.(row.value, row.before).frees ?? []) freed.add(id)
    },
    settled(ordinal) {
      rows.settled(ordinal)
      refusals.delete(ordinal)
    },
    isDue: () =>
      supply !== undefined && mayBeRead && (asked.size > 0 || (clock.now() >= countedAtMs + intervalMs && isNeeded())),
    async count(signal) {
      const since = [...asked]
      asked.clear()
      await read(signal)
      let mayGo = false
      for (const id of since) {
        const { free: all, doubtful } = free?.get(id) ?? { free: 0, doubtful: 0 }
        if (all > 0 && all <= doubtful) doubted.add(id)
        if (usable(id) <= 0) held.add(id)
        else if (!freed.delete(id)) againAtMs = clock.now() + intervalMs
      }
      for (const id of held)
        if (!since.includes(id) && usable(id) > 0) {
          held.delete(id)
          waiting.delete(id)
          mayGo = true
        }
      return mayGo
    },
    next: async signal => {
      if (!supply || !mayBeRead || !isNeeded()) return new Promise(() => undefined)
      await clock.sleep(Math.max(0, countedAtMs + intervalMs - clock.now()), signal)
    },
    hasHeld: () => waiting.size > 0,
    async reconsider(signal) {
      const waitMs = againAtMs - clock.now()
      if (waitMs > 0 && [...waiting].some(id => !held.has(id))) await clock.sleep(waitMs, signal)
      if (mayBeRead) await read(signal)
      for (const id of waiting) {
        if (!mayBeRead || usable(id) > 0) held.delete(id)
        else ranOut.set(id, rows.takes.get(id) ?? 1)
      }
      waiting.clear()
      asked.clear()
    },
  }
}
