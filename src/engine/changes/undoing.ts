import { commandWords } from '../../core/command-words.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Operation, OperationRow, Undone } from '../../core/operation.ts'
import type { StepOf } from '../../core/steps.ts'
import type { Row } from '../../core/row.ts'
import type { RunReader } from '../../store/run-store.ts'
import type { Store } from '../../store/store.ts'
import type { Entry, LedgerReader } from '../../store/ledger-types.ts'
import { withCreatedIds } from './created-entries.ts'
import { inversesOf } from './inverses-of-row.ts'
import { tenantTakenIn } from './intake-note.ts'
import { noteUndo } from './undos.ts'
import { isGivenUp, phasesOf, type RunInfo } from '../../store/types.ts'

/** The note of a phase whose unknown rows were decided again. */
export const decidedAgainNote = 'decided-again'

/** Rows read from the ledger at once. */
const pageRows = 2_000

interface UndoOptions {
  readonly store: Pick<Store, 'get' | 'read' | 'alter'>
  readonly operationOf: (kind: string) => Operation
  readonly tenant: { readonly id: string; readonly name: string }
  readonly run: string
  /** @default the one that changed the directory */
  readonly phase?: string
  /** The run that undoes it; undefined for one that only shows what it would do. */
  readonly by?: string
}

/**
 * Reads the changes that an earlier run made, last first, as the changes that undo them. Only rows that it made `done` count. Each
 * change names what the run left: a row whose object was changed since is refused when it is looked at. Rows that are still `unknown`
 * after they were decided again are returned as undecided. The other run notes who undoes it, so that rows that wait are not made meanwhile.
 *
 * @throws EntrapipeError `OPTION_INVALID` for a run of another tenant or one that changed nothing, `RUN_UNDECIDED` if rows are pending or
 *   `unknown`; `RUN_ACTIVE` while rows of the other run wait, and it is in progress
 */
export async function* undoing(options: UndoOptions): AsyncGenerator<readonly Row<Undone>[]> {
  const info = await options.store.get(options.run)
  expectSameTenant(info, options.tenant)
  for (const phase of await phasesToUndo(options, info)) {
    const isDecidedAgain = await options.store.read(info.id, async run => {
      const again = (await run.phase(phase).loadNote(decidedAgainNote)) === true
      await expectDecided(info, run.phase(phase).ledger(), again)
      // Without an intake that ended, nothing was sent.
      const tenant = await tenantTakenIn(run.phase(phase))
      if (tenant !== undefined && tenant !== options.tenant.id) throw ofOtherTenant(info.id, options.tenant)
      return again
    })
    if (options.by !== undefined) await noteUndo(options.store, info, options.by)
    let held: Entry[] = []
    for (let after: number | undefined; ;) {
      const page = await options.store.read(info.id, async run => {
        const ledger = run.phase(phase).ledger()
        return withCreatedIds(
          ledger,
          await ledger.entries({
            limit: pageRows,
            backwards: true,
            outcomes: isDecidedAgain ? ['done', 'unknown'] : ['done'],
            ...(after !== undefined && { after }),
          }),
        )
      })
      const isLast = page.length < pageRows
      after = page.at(-1)?.ordinal
      const all = [...held, ...page]
      // The last row of a page may have more steps on the next one.
      const open = isLast ? undefined : all.at(-1)?.key
      held = all.filter(({ key }) => key === open)
      const complete = all.filter(({ key }) => key !== open)
      const later = await options.store.read(info.id, run => afterwards(run.phase(phase).ledger(), complete))
      yield undone(complete, options.operationOf, later)
      if (isLast) break
    }
  }
}

/** The phases of a run that have changes, in order. */
export const phasesWithChanges = async (run: Pick<RunReader, 'phase'>, info: RunInfo): Promise<readonly string[]> => {
  const changing: string[] = []
  for (const name of phasesOf(info))
    if ((await run.phase(name).ledger().entries({ limit: 1 })).length > 0) changing.push(name)
  return changing
}

/** @throws EntrapipeError `OPTION_INVALID` for a name that is none of the phases that have changes */
export const expectPhases = (names: readonly string[], changing: readonly string[], run: string): void => {
  const strange = names.find(name => !changing.includes(name))
  if (strange === undefined) return
  throw new EntrapipeError('OPTION_INVALID', `Run ${run} has no changes in a phase "${strange}".`, {
    fix:
      changing.length === 0
        ? 'It has no changes in any phase.'
        : `Its phases with changes are: ${changing.join(', ')}.`,
  })
}

/** The phase that changed something; several are undone one by one, because what was made last must be undone first. */
const phasesToUndo = async ({ store, phase }: UndoOptions, info: RunInfo): Promise<readonly string[]> => {
  const changing = await store.read(info.id, run => phasesWithChanges(run, info))
  if (phase !== undefined) {
    expectPhases([phase], changing, info.id)
    return [phase]
  }
  if (changing.length < 2) return changing
  throw new EntrapipeError(
    'OPTION_INVALID',
    `Run ${info.id} changed the directory in the phases ${changing.join(', ')}: they are undone one by one, the last one first.`,
    { fix: `Name the phase: undo({ run: '${info.id}', phase: '${changing.at(-1)!}' }).` },
  )
}

/** By ordinal of a row: the steps of the undo that come before the undo of that row, because they name its object. */
type Afterwards = ReadonlyMap<number, readonly StepOf[]>

const afterwards = async (ledger: LedgerReader, entries: readonly Entry[]): Promise<Afterwards> => {
  const after = new Map<number, readonly StepOf[]>()
  for (const { ordinal, key, step } of entries) {
    const steps: StepOf[] = []
    for (const by of await ledger.neededBy({ key, step })) {
      if (by.outcome !== 'done') continue
      // Its row is undone from the last step on.
      const later = await rowAfter(ledger, by)
      steps.push({ key: by.key, step: later.filter(({ outcome }) => outcome === 'done').length })
    }
    if (steps.length > 0) after.set(ordinal, steps)
  }
  return after
}

/** The steps of a row after one of them. */
const rowAfter = async (ledger: LedgerReader, { ordinal, key }: Entry): Promise<readonly Entry[]> => {
  const steps: Entry[] = []
  for (let after = ordinal; ;) {
    const [next] = await ledger.entries({ after, limit: 1 })
    if (next?.key !== key || next.step === 0) return steps
    steps.push(next)
    after = next.ordinal
  }
}

const undone = (
  entries: readonly Entry[],
  operationOf: UndoOptions['operationOf'],
  after: Afterwards,
): readonly Row<Undone>[] =>
  [...Map.groupBy(entries, ({ key }) => key)].map(([key, steps]) => ({
    key,
    value: undoneRow(steps, operationOf, after),
  }))

const undoneRow = (entries: readonly Entry[], operationOf: UndoOptions['operationOf'], afterOf: Afterwards): Undone => {
  const unknown = entries.find(({ outcome }) => outcome === 'unknown')
  if (unknown) return { steps: [], settled: undecided(unknown) }
  const inverses = inversesOf(entries, operationOf)
  const why = (kind: string): string => operationOf(kind).lasts ?? `\`${commandWords(kind)}\` cannot be undone.`
  if ('final' in inverses) {
    const operation = inverses.final
    return { steps: [], settled: { operation, outcome: 'skipped', code: 'NOT_UNDOABLE', message: why(operation) } }
  }
  return {
    ...(inverses.left.length > 0 && { lasting: inverses.left.map(why) }),
    steps: inverses.of.flatMap(({ entry: { ordinal, row, before }, inverse }) => [
      { ...inverse, undoes: true, ...given({ after: afterOf.get(ordinal) }) },
      ...(operationOf(row.kind).undoneWith?.(row.value, before ?? {}) ?? []).map((step): OperationRow => ({
        ...step,
        undoes: true,
      })),
    ]),
  }
}

const undecided = ({ row }: Entry): NonNullable<Undone['settled']> => ({
  operation: row.kind,
  outcome: 'failed',
  code: 'UNKNOWN_OUTCOME',
  message: 'It is not known whether the row was performed, so it is not undone.',
  fix: 'Look at the object, and correct it by hand.',
})

const expectSameTenant = ({ id, tenant, writes }: RunInfo, signedIn: UndoOptions['tenant']): void => {
  if (!writes || !tenant)
    throw new EntrapipeError('OPTION_INVALID', `Run ${id} changed no directory, so there is nothing to undo.`)
  if (tenant.id !== signedIn.id) throw ofOtherTenant(id, signedIn, tenant)
}

/** Two directories may have had the same name in the configuration. */
const ofOtherTenant = (run: string, signedIn: UndoOptions['tenant'], changed?: UndoOptions['tenant']): EntrapipeError =>
  new EntrapipeError(
    'OPTION_INVALID',
    `Run ${run} changed ${changed === undefined ? 'another tenant' : `the tenant ${named(changed)}`}, and this sign-in is for ${named(signedIn)}. Nothing was sent.`,
    given({ fix: changed === undefined ? undefined : `Use the tenant with the id ${changed.id}.` }),
  )

const named = ({ name, id }: UndoOptions['tenant']): string => `${name} (${id})`

const expectDecided = async (info: RunInfo, ledger: LedgerReader, isDecidedAgain: boolean): Promise<void> => {
  const { id } = info
  const { pending, waiting, sent } = await ledger.count()
  const left = isGivenUp(info) ? sent : pending + waiting + sent
  if (left > 0)
    throw new EntrapipeError('RUN_UNDECIDED', `Run ${id} still has ${left} changes that are not settled.`, {
      facts: { run: id },
      fix: `Finish it with \`entrapipe runs resume ${id}\`, or end it with \`entrapipe runs discard ${id}\`.`,
    })
  // A superseded run is not resumed, so nobody can decide them.
  if (isDecidedAgain || info.status === 'superseded') return
  const [unknown] = await ledger.entries({ limit: 1, outcomes: ['unknown'] })
  if (unknown)
    throw new EntrapipeError('RUN_UNDECIDED', `Run ${id} has rows whose outcome is unknown.`, {
      facts: { run: id },
      fix: `Decide them with \`entrapipe runs retry ${id} --outcome unknown\`.`,
    })
}
