import { EntrapipeError } from '../../core/errors.ts'
import type { Graph } from '../../core/graph.ts'
import type { Stop } from '../../core/stop.ts'
import type { FreeUnits, Supply } from '../../core/supply.ts'
import type { LedgerReader, Settlement } from '../../store/ledger-types.ts'
import { settlementOfEntry } from './results.ts'
import type { Tallied } from './tally.ts'
import { unitRows, type UnitRows } from './unit-rows.ts'
import { unitsInTurn, type NamedNeed, type UnitsInTurn } from './units-in-turn.ts'

/** The units that the rows of a run take and free. */
export interface SurveyedUnits {
  /** Undefined if no row takes or frees any. */
  readonly supply: Supply | undefined
  readonly rows: UnitRows
  /** Rows that already wait for one that frees their unit, each with that row. */
  readonly waiting: ReadonlyMap<number, number>
}

/** Collects the units of rows. */
export const surveyUnits = () => {
  const rows = unitRows()
  const waiting = new Map<number, number>()
  let supply: Supply | undefined
  return {
    /** @throws EntrapipeError `INTERNAL` for a second supply */
    add({ entry, operation, value, before }: Tallied, waitsFor?: number): void {
      // What waits for a later time takes nothing now, and frees nothing.
      if (!operation.units || !operation.supply || entry.row.later !== undefined) return
      if (supply && supply !== operation.supply)
        throw new EntrapipeError(
          'INTERNAL',
          `The units of ${operation.kind} are of another supply than those of other rows.`,
        )
      supply = operation.supply
      rows.add(entry.ordinal, operation.units(value, before))
      if (waitsFor !== undefined) waiting.set(entry.ordinal, waitsFor)
    },
    found: (): SurveyedUnits => ({ supply, rows, waiting }),
  }
}

/** How a run deals with units that are short. */
export interface WhenShort {
  /** `stop`: nothing is sent · `skip`: only the first rows for which there are units are sent · `send`: all are. */
  readonly then: 'stop' | 'skip' | 'send'
  /** Resolves once the directory shows what was written before. */
  readonly untilShown: () => Promise<unknown>
}

/**
 * Finds out in which order rows get their units. Where units are short, they are counted again once the directory shows what was written before.
 */
export const arrangeUnits = async (
  { supply, rows, waiting }: SurveyedUnits,
  ctx: { readonly graph: Pick<Graph, 'pages'>; readonly signal: AbortSignal },
  { untilShown }: Pick<WhenShort, 'untilShown'>,
): Promise<UnitsInTurn> => {
  const isNeeded = [...rows.takes.values()].some(many => many > 0)
  const arranged = (free: ReadonlyMap<string, FreeUnits> | undefined): UnitsInTurn => unitsInTurn(rows, free, waiting)
  const first = arranged(isNeeded ? await supply?.read(ctx) : undefined)
  if (first.left.length === 0) return first
  await untilShown()
  return arranged(await supply!.read(ctx))
}

/** Rows that are worked on at once. */
const pageRows = 1_000

/** Results of the rows for which there are no units, in the order of intake. */
export async function* withoutUnits(
  { left, needs }: UnitsInTurn,
  supply: Supply,
  ledger: Pick<LedgerReader, 'entries'>,
): AsyncGenerator<readonly Settlement[]> {
  const messages = new Map(
    needs.map(({ id, short }) => [
      id,
      `${supply.nameOf(id)} are short by ${short}: rows before this one take those that are free.`,
    ]),
  )
  for (const page of pagesOf(left))
    yield await Promise.all(
      page.map(async ({ ordinal, id }) => {
        const [entry] = await ledger.entries({ after: ordinal - 1, limit: 1 })
        const message = messages.get(id)!
        return settlementOfEntry(entry!, { outcome: 'skipped', code: supply.short, message, fix: supply.fix })
      }),
    )
}

/** Some rows at a time. */
export function* pagesOf<T>(rows: Iterable<T>): Generator<readonly T[]> {
  let page: T[] = []
  for (const row of rows) {
    if (page.push(row) < pageRows) continue
    yield page
    page = []
  }
  if (page.length > 0) yield page
}

/** Why a run must not send its changes: units are short. */
export const shortStop = (
  needs: readonly NamedNeed[],
  supply: Supply | undefined,
  canSkip: boolean,
): Stop | undefined => {
  const short = needs.filter(need => need.short > 0)
  if (!supply || short.length === 0) return undefined
  const why = short.map(
    ({ name, takes, frees, free, short: by }) =>
      `${name}: ${takes} needed, ${free} free, ${frees > 0 ? `${frees} freed by the run, ` : ''}short by ${by}.`,
  )
  return {
    code: supply.short,
    why: why.join(' '),
    fix: [supply.fix, ...(canSkip ? [supply.untilShort] : [])].join(' '),
    facts: { short: Object.fromEntries(short.map(({ id, short: by }) => [id, by])) },
  }
}
