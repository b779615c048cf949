import { joined } from '../../core/joined.ts'
import type { Operation } from '../../core/operation.ts'
import type { Key } from '../../core/row.ts'
import type { Stop } from '../../core/stop.ts'
import type { Entry, LedgerReader } from '../../store/ledger-types.ts'
import type { Store } from '../../store/store.ts'
import type { RunInfo } from '../../store/types.ts'
import { inPages } from '../earlier-phases.ts'
import { inRepeatedPhases } from './repeated-phases.ts'
import { textMarks, type TextMarks } from './text-marks.ts'

type OperationOf = (kind: string) => Operation

/** Rows and runs that a message names. */
const mostNamed = 5

const pagesIn = (ledger: Pick<LedgerReader, 'entries'>): AsyncGenerator<readonly Entry[]> =>
  inPages<Entry>((last, limit) => ledger.entries({ limit, ...(last && { after: last.ordinal }) }))

/** What a row does to what, if its operation would do the same again. Secrets do not count. What has an undo shows in the directory, while it is there. */
const workOf = ({ step, row, about }: Entry, operationOf: OperationOf): string | undefined => {
  const { isRepeated, inverse } = operationOf(row.kind)
  return step === 0 && isRepeated && !inverse ? `${row.kind} ${about}` : undefined
}

const isDone = ({ state, outcome }: Entry): boolean =>
  state === 'sent' || (state === 'settled' && (outcome === 'done' || outcome === 'unknown'))

/** Marks what an earlier run has done, or may have. Returns whether it has any of it. */
const markDone = async (
  store: Pick<Store, 'read'>,
  info: RunInfo,
  wanted: TextMarks,
  operationOf: OperationOf,
): Promise<boolean> => {
  let isAny = false
  await inRepeatedPhases(store, info, async phase => {
    for await (const page of pagesIn(phase.ledger()))
      for (const entry of page) {
        const work = isDone(entry) ? workOf(entry, operationOf) : undefined
        if (work !== undefined && wanted.mark(work)) isAny = true
      }
    return undefined
  })
  return isAny
}

/** Who resets a password or revokes sessions later than this means to do it again. */
const recentMs = 7 * 24 * 60 * 60 * 1000

/**
 * Why some rows of a run must not be sent: runs of the last seven days have done the same for them, whatever else is in their inputs.
 * Undefined if none has. Holds hashes of the rows that would do the same again; see `textMarks`.
 */
export const findRepeatedRows = async (
  {
    store,
    tenant,
    run,
    nowMs,
  }: {
    readonly store: Pick<Store, 'list' | 'read'>
    readonly tenant: string
    readonly run: string
    readonly nowMs: number
  },
  ledger: Pick<LedgerReader, 'entries'>,
  operationOf: OperationOf,
): Promise<Stop | undefined> => {
  async function* open(): AsyncGenerator<{ readonly key: Key; readonly work: string }> {
    for await (const page of pagesIn(ledger))
      for (const entry of page) {
        const work = entry.state === 'settled' ? undefined : workOf(entry, operationOf)
        if (work !== undefined) yield { key: entry.key, work }
      }
  }
  const wanted = textMarks()
  for await (const { work } of open()) wanted.add(work)
  if (wanted.size === 0) return undefined
  const runs: string[] = []
  for (const info of await store.list({ tenant, writes: true })) {
    if (info.id === run || info.startedAt < nowMs - recentMs) continue
    if (await markDone(store, info, wanted, operationOf)) runs.push(info.id)
  }
  if (wanted.marked === 0) return undefined
  const named = new Map<string, Key>()
  for await (const { key, work } of open()) {
    if (wanted.isMarked(work) && !named.has(work)) named.set(work, key)
    if (named.size === mostNamed) break
  }
  return stopOf(wanted, [...named.values()], runs, await failedIn(store, runs))
}

/** The run with rows that failed, the newest of those that have done the same; undefined if none has any. */
const failedIn = async (store: Pick<Store, 'read'>, runs: readonly string[]): Promise<string | undefined> => {
  for (const id of runs.slice(0, mostNamed)) {
    const { failed } = await store.read(id, run => run.countResults())
    if (failed > 0) return id
  }
  return undefined
}

const stopOf = (
  { size, marked }: TextMarks,
  keys: readonly Key[],
  runs: readonly string[],
  failedRun: string | undefined,
): Stop => {
  const named = `${keys.join(', ')}${marked > keys.length ? ' …' : ''}`
  const by = `${runs.length === 1 ? 'run' : 'runs'} ${joined(runs.slice(0, mostNamed))}`
  const are = marked === 1 ? 'was' : 'were'
  return {
    code: 'RUN_REPEATED',
    why: `${marked} of these ${size} rows (${named}) ${are} done by ${by}, or may have been. The directory does not show it, so ${marked === 1 ? 'it' : 'they'} would be done again.`,
    fix: [
      `Remove ${marked === 1 ? 'it' : 'them'} from the input.`,
      ...(failedRun === undefined
        ? []
        : [
            `To correct and send only the rows that failed then: \`entrapipe runs results ${failedRun} --outcome failed --as-input --to again.csv\`.`,
          ]),
      'To do it again for all, add --fresh.',
    ].join(' '),
    facts: { runs },
  }
}
