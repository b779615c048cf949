import { EntrapipeError } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import type { ChangeSink } from '../../core/parts.ts'
import type { NewEntry } from '../../store/ledger-types.ts'
import { isUnfinished } from '../../store/prune.ts'
import type { RunRecord } from '../../store/run-store.ts'
import type { Store } from '../../store/store.ts'
import { phasesOf, writtenBy, type RunInfo } from '../../store/types.ts'
import { removeLeft } from '../discard.ts'
import type { Started } from '../run-request.ts'
import { auditGivenUp } from './auditing.ts'
import { countRows } from './count-rows.ts'
import { settlementOfEntry } from './results.ts'
import { sendingNote } from './run-notes.ts'

/** The note of a run with what it brings into a state as a whole; see `ChangeSink.supersedes`. */
const supersedesNote = 'supersedes'

/** What a run supersedes. */
interface Supersedes {
  readonly of: readonly string[]
  /** Later runs for the same have a higher number. A clock may be set back. */
  readonly turn: number
  /** It has passed its guards, so earlier runs are over. */
  readonly begun?: true
}

/** What some sinks supersede, as far as it is known before their rows. */
export const supersededBy = (sinks: readonly object[]): readonly string[] => [
  ...new Set(
    sinks.flatMap(sink => {
      const { supersedes } = sink as Partial<ChangeSink<never>>
      return typeof supersedes === 'string' ? [supersedes] : []
    }),
  ),
]

/** Collects what the changes of a sink supersede. */
export const supersededIn = ({ supersedes }: Pick<ChangeSink<never>, 'supersedes'>) => {
  const found = new Set<string>(typeof supersedes === 'string' ? [supersedes] : [])
  return {
    *seen(entries: Iterable<NewEntry>): Generator<NewEntry> {
      for (const entry of entries) {
        if (typeof supersedes === 'function') found.add(supersedes(entry.row))
        yield entry
      }
    },
    all: (): readonly string[] => [...found],
  }
}

/** Adds to what a run supersedes. */
export const noteSuperseded = async (
  { id, info, request: { store }, saveRunNote }: Pick<Started, 'id' | 'info' | 'request' | 'saveRunNote'>,
  more: readonly string[],
): Promise<void> => {
  if (more.length === 0) return
  const noted = (await noteOf(store, id)) ?? { of: [], turn: 0 }
  let { turn } = noted
  for await (const other of related(store, info, more)) turn = Math.max(turn, other.noted.turn + 1)
  const of = [...new Set([...noted.of, ...more])]
  await saveRunNote(supersedesNote, { ...noted, of, turn } satisfies Supersedes as object as Json)
}

const noteOf = (store: Pick<Store, 'read'>, id: string): Promise<Supersedes | undefined> =>
  store.read(id, async run => (await run.loadNote(supersedesNote)) as unknown as Supersedes | undefined)

interface Turn {
  readonly id: string
  readonly turn: number
}

/** Whether a run began before another one. Two that began at once are in the order of their ids. */
const isBefore = (one: Turn, other: Turn): boolean =>
  one.turn < other.turn || (one.turn === other.turn && one.id < other.id)

/** The runs of the same pipeline in the same directory that supersede some of the same, newest first. */
async function* related(store: Pick<Store, 'list' | 'read'>, info: RunInfo, of: readonly string[]) {
  const own = new Set(of)
  const { pipeline, tenant } = info
  if (own.size === 0 || !tenant) return
  for (const other of await store.list({ pipeline, tenant: tenant.id, writes: true })) {
    if (other.id === info.id) continue
    const found = await store.read(other.id, async run => ({
      noted: (await run.loadNote(supersedesNote)) as unknown as Supersedes | undefined,
      hasSent: (await run.loadNote(sendingNote)) === true,
    }))
    const shared = found.noted?.of.find(each => own.has(each))
    if (shared === undefined) continue
    const noted = found.noted!
    yield { other, shared, noted, hasBegun: hasBegun(other, noted, found.hasSent) }
  }
}

/** A run that was discarded before it sent anything has done nothing. */
const hasBegun = ({ status }: RunInfo, { begun }: Supersedes, hasSent: boolean): boolean =>
  begun === true && (hasSent || status !== 'discarded')

/**
 * Refuses a run if a newer one has begun to do its work with a newer input.
 *
 * @throws EntrapipeError `RUN_SUPERSEDED`
 */
export const expectNewest = async (store: Pick<Store, 'list' | 'read'>, info: RunInfo): Promise<void> => {
  const { of, turn } = (await noteOf(store, info.id)) ?? { of: [], turn: 0 }
  for await (const { other, shared, noted, hasBegun } of related(store, info, of))
    if (hasBegun && isBefore({ id: info.id, turn }, { id: other.id, turn: noted.turn }))
      throw supersededError(info.id, whyOf(other.id, shared))
}

/** The error for a run that a newer one supersedes. @param why as its record has it */
export const supersededError = (run: string, why: string): EntrapipeError =>
  new EntrapipeError('RUN_SUPERSEDED', `Run ${run} is not continued. ${why}`, {
    facts: { run },
    fix: 'Run the command with the newest input.',
  })

const whyOf = (by: string, what: string): string =>
  `Run ${by}, which began later with a newer input for ${what}, supersedes it.`

/**
 * Called when a run has passed its guards: ends the unfinished earlier runs that it supersedes, so that none is resumed and writes older
 * values over newer ones.
 *
 * @throws EntrapipeError `RUN_SUPERSEDED` if a newer run has begun
 */
export const supersede = async (started: Started): Promise<void> => {
  const { id, info, request, saveRunNote } = started
  const { store } = request
  await expectNewest(store, info)
  const noted = await noteOf(store, id)
  if (!noted) return
  await saveRunNote(supersedesNote, { ...noted, begun: true } satisfies Supersedes as object as Json)
  for await (const { other, shared, noted: earlier } of related(store, info, noted.of)) {
    if (!isBefore({ id: other.id, turn: earlier.turn }, { id, turn: noted.turn })) continue
    if (!isUnfinished(other)) {
      // It is not retried any more.
      if (other.status !== 'running') await store.removeDatabases(other.id)
      continue
    }
    const { done, changes } = await store.read(other.id, async run => ({
      done: (await countRows(run, phasesOf(other))).done,
      changes: (await run.countResults()).done,
    }))
    await store.supersede(other.id, { code: 'RUN_SUPERSEDED', message: whyOf(id, shared) }, async (run, phase) => {
      await giveUpUndecided(phasesOf(run).map(phase), id)
      await removeLeft(request, writtenBy(run), [run.id, id])
    })
    await auditGivenUp(store, other, request.clock.now(), id)
    request.onEvent?.({ event: 'superseded', other: other.id, done, changes })
  }
}

/** Rows settled at once. */
const pageRows = 1_000

/** Nobody decides the rows whose reply was lost any more. */
const giveUpUndecided = async (phases: readonly ReturnType<RunRecord['phase']>[], by: string): Promise<void> => {
  for (const phase of phases) {
    const ledger = phase.ledger()
    for (;;) {
      const sent = await ledger.sent(pageRows)
      if (sent.length === 0) break
      await ledger.settle(
        sent
          .map(({ sealed: _, ...entry }) =>
            settlementOfEntry(entry, {
              outcome: 'unknown',
              code: 'UNKNOWN_OUTCOME',
              message: `No reply came, and run ${by} superseded this one before it was known what became of the row.`,
              attempt: entry.attempts,
            }),
          )
          .map(({ secrets: _, ...settlement }) => settlement),
      )
    }
  }
}
