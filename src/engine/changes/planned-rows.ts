import type { StepBefore } from '../../core/steps.ts'
import { createdBy, type ChangeRow, type Operation, type OperationRow, type Values } from '../../core/operation.ts'
import type { StepOf } from '../../core/steps.ts'
import { given } from '../../core/given.ts'
import type { Key } from '../../core/row.ts'
import type { Entry, LedgerReader } from '../../store/ledger-types.ts'
import { withCreatedIds } from './created-entries.ts'
import { withCreated } from './created-ids.ts'
import { sealedName } from './sealed-values.ts'

/** Rows read from the ledger at once. */
const pageRows = 2_000

/** A row of a plan. */
export interface PlannedRow extends ChangeRow {
  readonly key: Key
}

/** Which rows are planned, and what must be in the directory before them. */
interface Planning {
  readonly isLeft: (entry: Entry) => boolean
  readonly expectedOf: (entry: Entry) => Values | undefined
}

/** Rows that are not settled, with what was read before them. */
const asFound: Planning = {
  isLeft: ({ state }) => state !== 'settled',
  expectedOf: ({ before, row }) => before ?? row.expected,
}

/** The rows of a ledger that are left, in the order of intake. */
export async function* plannedRows(
  ledger: Pick<LedgerReader, 'entries' | 'find'>,
  operationOf: (kind: string) => Operation,
  at: { readonly run: string; readonly phase: string },
  { isLeft, expectedOf }: Planning = asFound,
): AsyncGenerator<readonly PlannedRow[]> {
  let held: readonly Entry[] = []
  for (let after = 0; ;) {
    const page = await withCreatedIds(ledger, await ledger.entries({ after, limit: pageRows }))
    const isLast = page.length < pageRows
    after = page.at(-1)?.ordinal ?? after
    const all = [...held, ...page]
    const open = isLast ? undefined : all.at(-1)?.key
    // The last row of a page may have more steps on the next one.
    held = isLast ? [] : all.filter(({ key }) => key === open)
    const complete = isLast ? all : all.filter(({ key }) => key !== open)
    const left = complete.filter(isLeft)
    const rows: PlannedRow[] = []
    for (const [key, entries] of Map.groupBy(left, each => each.key)) {
      // The plan has no settled steps, so the others have other places. Of other rows, only the first step is named.
      const nameOf = (of: StepOf): string =>
        of.key === key ? createdBy(entries.findIndex(entry => entry.step === of.step)) : createdBy(of.step, of.key)
      const steps: OperationRow[] = []
      for (const entry of entries) {
        const { value, ...change } = changeOf(entry, operationOf(entry.row.kind), at, expectedOf(entry))
        const after = await placesLeft(ledger, entry, isLeft)
        steps.push({ ...change, value: withCreated(value, nameOf), ...(after.length > 0 && { after }) })
      }
      rows.push({ key, steps })
    }
    yield rows
    if (isLast) return
  }
}

/** The places that the steps before which a step must not be sent have in the plan. */
const placesLeft = async (
  ledger: Pick<LedgerReader, 'entries' | 'find'>,
  { needs = [] }: Entry,
  isLeft: Planning['isLeft'],
): Promise<readonly StepBefore[]> => {
  const places: StepBefore[] = []
  for (const { waits, ...of } of needs) {
    const on = waits === 'made' ? undefined : await ledger.find(of)
    if (!on || !isLeft(on)) continue
    const before = of.step > 0 ? await ledger.entries({ after: on.ordinal - on.step - 1, limit: on.step }) : []
    places.push({
      key: of.key,
      step: before.filter(isLeft).length,
      ...((waits === 'done' || waits === 'ended') && { until: waits }),
    })
  }
  return places
}

const changeOf = (
  { key, step, row, hasSecrets }: Entry,
  { secrets = [], credentials }: Operation,
  at: { readonly run: string; readonly phase: string },
  expected: Values | undefined,
): OperationRow => ({
  kind: row.kind,
  // A password that is made is made again, by the run that sends it: nobody could destroy this one with it.
  value:
    hasSecrets && credentials?.made(row.value) !== true
      ? { ...row.value, ...Object.fromEntries(secrets.map(name => [name, sealedName({ ...at, key, step })])) }
      : row.value,
  ...given({ expected, later: row.later, orSkipped: row.orSkipped, undoes: row.undoes }),
})
