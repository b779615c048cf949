import type { PhaseChange, PhaseResult } from '../../core/context.ts'
import type { Key } from '../../core/row.ts'
import type { Entry } from '../../store/ledger-types.ts'
import type { Run, Store } from '../../store/store.ts'
import { intakeNote, phasesOf } from '../../store/types.ts'
import { earlierPhases, noEarlier, inPages, type Earlier } from '../earlier-phases.ts'
import { leftAgain, type Rest } from './rest.ts'

/** Numbers, then texts by their UTF-8 bytes, as results are read. */
const inOrder = (one: Key, other: Key): number =>
  typeof one === 'number' || typeof other === 'number'
    ? typeof one === typeof other
      ? Number(one) - Number(other)
      : typeof one === 'number'
        ? -1
        : 1
    : Buffer.compare(Buffer.from(one), Buffer.from(other))

const byKeyAndStep = (one: PhaseResult, other: PhaseResult): number =>
  inOrder(one.key, other.key) || (one.step ?? 0) - (other.step ?? 0)

/**
 * What the phases before one have left when the rest of a run has been done, for a dry run of that rest: what the run has done, and what
 * the dry run found of the rows that were left.
 *
 * @param own phases of the dry run before this one
 */
export const earlierOfRest = async (
  store: Pick<Store, 'read' | 'get'>,
  rest: Rest,
  dryRun: Run,
  own: readonly string[],
  phase: string,
): Promise<Earlier> => {
  const all = phasesOf(await store.get(rest.run))
  const earlier = all.slice(0, all.indexOf(phase))
  const isLeft = leftAgain(rest.retry)
  const found = earlierPhases(dryRun, own)
  /** Whether rows of a phase were taken in when the run stopped, and some were left. */
  const isMixed = async (phase: string): Promise<boolean> => {
    if (!earlier.includes(phase)) throw noEarlier(phase)
    return store.read(rest.run, async run => (await run.phase(phase).loadNote(intakeNote)) !== undefined)
  }
  const ledgerOf = async (phase: string) => (await dryRun.phase(phase)).ledger()

  const changesBefore = (phase: string) =>
    inPages<Entry>((last, limit) =>
      store.read(rest.run, run =>
        run
          .phase(phase)
          .ledger()
          .entries({ limit, ...(last && { after: last.ordinal }) }),
      ),
    )
  const resultsBefore = (phase: string) =>
    inPages<PhaseResult>((after, limit) => store.read(rest.run, run => run.phase(phase).readByKey({ after, limit })))
  /** A result of a row that the retry sends again is none any more. */
  const isOver = async (phase: string, { key, step = 0, outcome }: PhaseResult): Promise<boolean> => {
    if (!rest.retry.includes(outcome as never) && outcome !== 'skipped') return true
    const entry = await store.read(rest.run, run => run.phase(phase).ledger().find({ key, step }))
    return entry === undefined || !isLeft(entry)
  }

  return {
    async *changes(phase): AsyncGenerator<readonly PhaseChange[]> {
      if (!(await isMixed(phase)) && own.includes(phase)) return yield* found.changes(phase)
      let [key, place]: [Key | undefined, number] = [undefined, 0]
      for await (const page of changesBefore(phase)) {
        const changes: PhaseChange[] = []
        for (const entry of page) {
          if (entry.key !== key) [key, place] = [entry.key, 0]
          const { step, row, outcome } = entry
          if (!own.includes(phase) || !isLeft(entry)) changes.push({ key, step, row, outcome })
          else {
            // The dry run has the steps that are left, in their order.
            const again = await (await ledgerOf(phase)).find({ key, step: place++ })
            changes.push({ key, step, row, outcome: again ? again.outcome : 'failed' })
          }
        }
        yield changes
      }
    },
    async *results(phase): AsyncGenerator<readonly PhaseResult[]> {
      if (!(await isMixed(phase)) && own.includes(phase)) return yield* found.results(phase)
      if (!own.includes(phase)) return yield* resultsBefore(phase)
      yield* merged(
        withoutLeft(resultsBefore(phase), result => isOver(phase, result)),
        found.results(phase),
      )
    },
  }
}

async function* withoutLeft(
  pages: AsyncIterable<readonly PhaseResult[]>,
  isOver: (result: PhaseResult) => Promise<boolean>,
): AsyncGenerator<readonly PhaseResult[]> {
  for await (const page of pages) {
    const kept: PhaseResult[] = []
    for (const result of page) if (await isOver(result)) kept.push(result)
    if (kept.length > 0) yield kept
  }
}

/** Two sequences of results in the order of both. */
async function* merged(
  first: AsyncIterable<readonly PhaseResult[]>,
  second: AsyncIterable<readonly PhaseResult[]>,
): AsyncGenerator<readonly PhaseResult[]> {
  const others = second[Symbol.asyncIterator]()
  let waiting: readonly PhaseResult[] = []
  let isOver = false
  for await (const page of first) {
    const last = page.at(-1)!
    const due: PhaseResult[] = [...page]
    for (;;) {
      const later = waiting.findIndex(each => byKeyAndStep(each, last) > 0)
      due.push(...(later < 0 ? waiting : waiting.slice(0, later)))
      waiting = later < 0 ? [] : waiting.slice(later)
      if (isOver || waiting.length > 0) break
      const next = await others.next()
      isOver = next.done === true
      waiting = next.done === true ? [] : next.value
    }
    yield due.toSorted(byKeyAndStep)
  }
  if (waiting.length > 0) yield waiting
  yield* { [Symbol.asyncIterator]: () => others }
}
