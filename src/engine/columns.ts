import { columnUnknown, missingColumns } from '../core/column-unknown.ts'
import { isThere, type Columns, type NamedColumn } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { columnsOf, isFields, type Json } from '../core/json.ts'
import type { Sink, Transform } from '../core/parts.ts'
import { isTransform, type ReadyPlan } from './plan.ts'
import { rejectLayout } from './reject-columns.ts'
import type { Rows } from './steps.ts'

/** Columns that reach each transform in turn, and then the sink; undefined if they are unknown. */
export type Flowing = readonly (Columns | undefined)[]

/** Returns the columns that a transform makes. After a foreign stream they are unknown. */
const through = ({ transforms }: ReadyPlan, source: Columns | undefined): Flowing => {
  const flowing = [source]
  for (const step of transforms) flowing.push(isTransform(step) ? madeBy(step, flowing.at(-1)) : undefined)
  return flowing
}

const madeBy = (step: Transform<unknown, unknown>, given: Columns | undefined): Columns | undefined => {
  if (given) return step.columns?.(given)
  // A transform that makes all columns itself, such as pick, knows them whatever its rows have.
  const made = step.columns?.({ names: [], closed: false })
  return made?.closed ? made : undefined
}

/** Returns the columns that reach the sink, for these columns of the source. */
export const columnsAtSink = (plan: ReadyPlan, source: Columns | undefined): Columns | undefined =>
  through(plan, source).at(-1)

/**
 * Returns the columns that flow through a plan, as far as its parts know them.
 *
 * @throws EntrapipeError `COLUMN_UNKNOWN` when a transform or the sink names a column that its rows cannot have
 */
export const flowColumns = async (plan: ReadyPlan, ctx: Context): Promise<Flowing> => {
  const flowing = through(plan, await plan.source.columns?.(ctx))
  for (const [at, step] of plan.transforms.entries()) if (isTransform(step)) expectColumns(step, flowing[at])
  expectColumns(plan.sink, flowing.at(-1))
  const [source] = flowing
  if (plan.rejects && source?.closed)
    expectColumns(plan.rejects, { names: rejectLayout(source.names, plan.source.kind).columns, closed: true })
  return flowing
}

/** @throws EntrapipeError `COLUMN_UNKNOWN` when rows that have these columns and no others lack one that a part names */
export const expectColumns = (
  { kind, reads = [] }: Pick<Sink<unknown>, 'kind' | 'reads'>,
  known: Columns | undefined,
): void => {
  if (!known?.closed) return
  const names = new Set(known.names)
  const absent = missingColumns(reads, name => names.has(name))
  if (absent.length > 0) throw columnUnknown(kind, absent, known.names, 'which its rows do not have', known.more)
}

/** Looks for the columns that a transform or a sink names in the rows that it gets. */
export interface ColumnWatch {
  readonly see: (rows: Rows) => void
  /** Returns what was seen. It is saved with each cut for a resumed run. */
  readonly save: () => Json
  /** The columns of the first row. */
  readonly first: () => readonly string[] | undefined
  /** @throws EntrapipeError `COLUMN_UNKNOWN` when there were rows and none had a named column */
  readonly end: () => void
}

interface Saved {
  readonly first: readonly string[] | null
  readonly missing: readonly string[]
}

/** The name under which a watch is saved with a cut, beside the state of its step. */
export const watchScope = (scope: string): string => `${scope}/columns`

/** As `watchScope`, for the sink. */
export const sinkWatchScope = watchScope('sink')

/**
 * A watch for columns that are not known beforehand. It checks rows until each column was seen once.
 *
 * @param saved what `save` returned at the cut from which the run is resumed
 */
export const watchColumns = (
  kind: string,
  reads: readonly NamedColumn[],
  known: Columns | undefined,
  saved: Json | undefined,
): ColumnWatch => {
  const names = new Set(known?.names)
  const before = saved as Saved | undefined
  const open = reads.filter(
    column => !isThere(column, name => names.has(name)) && (before?.missing.includes(column.name) ?? true),
  )
  const wanted = new Map(open.filter(({ optional }) => !optional).map(column => [column.name, column]))
  let first = before?.first ?? undefined
  return {
    see(rows) {
      if (first !== undefined && wanted.size === 0) return
      for (const { value } of rows) {
        if (!isFields(value)) continue
        first ??= columnsOf(value)
        if (wanted.size === 0) return
        for (const column of wanted.values())
          if (isThere(column, name => Object.hasOwn(value, name))) wanted.delete(column.name)
      }
    },
    save: () => ({
      first: first ?? null,
      missing: open.filter(c => c.optional || wanted.has(c.name)).map(c => c.name),
    }),
    first: () => first,
    end() {
      if (first === undefined) return
      const seen = new Set(first)
      const unclear = missingColumns(
        open.filter(({ optional }) => optional),
        name => seen.has(name),
      )
      const absent = [...wanted.values(), ...unclear]
      if (absent.length > 0) throw columnUnknown(kind, absent, first, 'which no row had')
    },
  }
}
