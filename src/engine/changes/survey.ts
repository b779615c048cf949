import type { Operation } from '../../core/operation.ts'
import type { Result } from '../../core/result.ts'
import type { ClaimPlace, Ledger, Settlement } from '../../store/ledger-types.ts'
import type { Graph } from '../../core/graph.ts'
import type { Entry } from '../../store/ledger-types.ts'
import { operationContext } from './context.ts'
import { countOthers, removalCounter, type Effect, type Removals } from './count-removals.ts'
import { lookAt, type Protection } from './looks.ts'
import { settlementOfEntry } from './results.ts'
import type { Working } from './working.ts'

/** Rows read from the ledger at once. */
const pageRows = 5_000
/** Rows that a preview shows. */
const mostSamples = 5

/** A row that would be sent. */
interface Sample {
  readonly key: Result['key']
  readonly operation: string
  readonly about: string
}

/** What a run would do, before anything is sent. */
export interface Preview {
  /** Rows that would be sent, by operation. */
  readonly send: Readonly<Record<string, number>>
  /** Those of them that have no way back, by operation. */
  readonly final: Readonly<Record<string, number>>
  /** Requests that change something: a request has up to 20 links. */
  readonly writes: number
  readonly removals: readonly Removals[]
  readonly samples: readonly Sample[]
  /** What could not be checked, as sentences. */
  readonly unchecked: readonly string[]
}

interface SurveyOptions {
  readonly ledger: Ledger
  readonly graph: Graph
  readonly operationOf: (kind: string) => Operation
  readonly protection?: (() => Promise<Protection>) | undefined
  readonly signal: AbortSignal
  readonly settle: (settlements: readonly Settlement[]) => Promise<void>
  /** Called with the rows that would be sent, in the order of their locks. */
  readonly planned?: (rows: readonly Working[]) => Promise<void>
}

/**
 * Looks at all pending rows without sending anything. Rows that need no change, or cannot have it, are settled. The others are
 * counted.
 */
export const survey = async (options: SurveyOptions): Promise<Preview> => {
  const { ledger, graph, signal } = options
  const send: Record<string, number> = {}
  const final: Record<string, number> = {}
  const counter = removalCounter()
  const effect: Effect = (operation, value, before) => {
    if (operation.irreversible?.(value, before)) final[operation.kind] = (final[operation.kind] ?? 0) + 1
    return counter.add(operation, value, before)
  }
  const samples: Sample[] = []
  const writes = writeCounter()
  let unchecked: readonly string[] = []
  const protection =
    options.protection &&
    (async () => {
      const found = await options.protection!()
      unchecked = found.unchecked
      return found
    })
  let context = operationContext(graph, signal)
  for (let cursor: ClaimPlace | undefined; ;) {
    signal.throwIfAborted()
    const page: readonly Entry[] = await ledger.claim(pageRows, cursor)
    if (cursor?.lock !== page[0]?.locks[0]) context = operationContext(graph, signal)
    const { ready, found } = await lookAt(page, { ...options, protection }, context)
    for (const row of ready) {
      const { entry, operation, value, before } = row
      send[operation.kind] = (send[operation.kind] ?? 0) + 1
      if (samples.length < mostSamples) samples.push({ key: entry.key, operation: operation.kind, about: entry.about })
      effect(operation, value, before)
      writes.add(row)
    }
    await options.planned?.(ready)
    await options.settle(found.map(({ entry, finding }) => settlementOfEntry(entry, finding)))
    const last = page.at(-1)
    if (page.length < pageRows || !last) break
    cursor = { lock: last.locks[0]!, ordinal: last.ordinal }
  }
  // Later steps of rows are looked at when the earlier ones are done. Their effects count before.
  if ((await ledger.count()).waiting > 0 && (await countOthers('waiting', ledger, options.operationOf, effect))) {
    const found = await protection?.()
    for (const { what } of counter.removals()) found?.refusal([], what)
  }
  return { send, final, writes: writes.total(), removals: counter.removals(), samples, unchecked }
}

/** Counts the requests for rows that come in the order of their locks. */
const writeCounter = () => {
  let total = 0
  let last: Working | undefined
  let inRequest = 0
  return {
    add(row: Working) {
      const isSame = last?.operation === row.operation && last.entry.locks[0] === row.entry.locks[0]
      inRequest = isSame && inRequest < (row.operation.rowsPerRequest ?? 1) ? inRequest + 1 : 1
      if (inRequest === 1) total++
      last = row
    },
    total: () => total,
  }
}
