import { createHash } from 'node:crypto'
import type { Operation } from '../../core/operation.ts'
import type { Stop } from '../../core/stop.ts'
import type { NewEntry } from '../../store/ledger-types.ts'
import type { RunReader } from '../../store/run-store.ts'
import type { Store } from '../../store/store.ts'
import { isGivenUp, phasesOf, type RunInfo } from '../../store/types.ts'
import { reasonsToRetry } from './reasons-to-retry.ts'
import { inRepeatedPhases } from './repeated-phases.ts'

/**
 * Recognises rows of operations that would do the same again, by what they do to what, in their order. Secrets do not count: a hash of
 * them would tell whether a guess is right.
 */
export const repeatedWork = (operationOf: (kind: string) => Operation) => {
  const hash = createHash('sha256')
  let isAny = false
  return {
    *seen(entries: Iterable<NewEntry>): Generator<NewEntry> {
      for (const entry of entries) {
        if ((entry.step ?? 0) === 0 && operationOf(entry.row.kind).isRepeated) {
          isAny = true
          hash.update(`${JSON.stringify([entry.row.kind, entry.about])}\n`)
        }
        yield entry
      }
    },
    /** Undefined without any of them. */
    digest: (): string | undefined => (isAny ? hash.digest('hex') : undefined),
  }
}

/** A phase of an earlier run that has made the same changes, or may have. */
interface Earlier {
  readonly info: RunInfo
  /** Rows that are done, or may be: their reply was lost. */
  readonly done: number
  /** Whether it is not known of all of them. */
  readonly isOpen: boolean
  readonly rows: number
  /** How what is left of it is done or decided, as sentences. */
  readonly commands: readonly string[]
}

const doneIn = (store: Pick<Store, 'read'>, info: RunInfo, wanted: string): Promise<Earlier | undefined> =>
  inRepeatedPhases(store, info, async (phase, digest, run): Promise<Earlier | undefined> => {
    if (digest !== wanted) return undefined
    const counts = await phase.countRows()
    const rows = Object.values(counts).reduce((sum, many) => sum + many, 0)
    const ledger = phase.ledger()
    const { sent } = await ledger.count()
    const done = Math.min(rows, counts.done + counts.unknown + sent)
    const isOver = counts.pending === 0
    // What it has announced may have been performed, and it continues when it is resumed.
    const mayGoOn = !isOver && !isGivenUp(info) && (await ledger.sentSince(0)) > 0
    if (done === 0 && !mayGoOn) return undefined
    const commands = isOver ? await retriesOf(run, info, counts.unknown) : [resumeOf(info, done === rows)]
    return { info, done, rows, isOpen: counts.unknown + sent > 0, commands: isGivenUp(info) ? [] : commands }
  })

const resumeOf = ({ id }: RunInfo, isAll: boolean): string =>
  `${isAll ? toDecide : forOthers}: \`entrapipe runs resume ${id}\`.`

/** Nothing for rows that a retry would not send, or that fail again as they are. */
const retriesOf = async (run: RunReader, info: RunInfo, unknown: number): Promise<readonly string[]> => {
  const retry = `entrapipe runs retry ${info.id}`
  return [
    ...((await reasonsToRetry(run, phasesOf(info))) ? [`${forOthers}: \`${retry}\`.`] : []),
    ...(unknown > 0 ? [`${toDecide}: \`${retry} --outcome unknown\`.`] : []),
  ]
}

const forOthers = 'For the others'
const toDecide = 'To find out what happened to them'

/** Why the rows of a run must not be sent: an earlier run has done the same. Undefined if none has. */
export const findRepeated = async (
  {
    store,
    tenant,
    run,
  }: { readonly store: Pick<Store, 'list' | 'read'>; readonly tenant: string; readonly run: string },
  digest: string,
): Promise<Stop | undefined> => {
  for (const info of await store.list({ tenant, writes: true })) {
    if (info.id === run) continue
    const earlier = await doneIn(store, info, digest)
    if (earlier) return stopOf(earlier)
  }
  return undefined
}

const didText = ({ done, isOpen, rows }: Earlier): string =>
  done === 0
    ? 'has begun the same, and is unfinished'
    : `has done the same${isOpen ? ', or may have' : ''}, for ${done} of ${rows} ${rows === 1 ? 'row' : 'rows'}`

const stopOf = (earlier: Earlier): Stop => ({
  code: 'RUN_REPEATED',
  why: `Run ${earlier.info.id} ${didText(earlier)}, on ${new Date(earlier.info.startedAt).toISOString().slice(0, 10)}. The directory does not show it, so all rows would be done again.`,
  fix: [...earlier.commands, 'To do it again for all, add --fresh.'].join(' '),
  facts: { run: earlier.info.id },
})
