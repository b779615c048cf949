import { asOptional, isThere, type Columns, type NamedColumn } from '../core/columns.ts'
import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import { columnsOf, type Fields, type Json } from '../core/json.ts'
import { nearest } from '../core/nearest.ts'
import { isTransform, type ReadyPlan } from './plan.ts'
import type { Rows } from './steps.ts'

/** Columns that reach each transform in turn, and then the sink; undefined where nobody knows them. */
export type Flowing = readonly (Columns | undefined)[]

/** What transforms make of columns. Behind a stream of others they are unknown. */
const through = ({ transforms }: ReadyPlan, source: Columns | undefined): Flowing => {
  const flowing = [source]
  for (const step of transforms) {
    const given = flowing.at(-1)
    flowing.push(given && isTransform(step) ? step.columns?.(given) : undefined)
  }
  return flowing
}

/** The columns that reach the sink, where the source's are these. */
export const columnsAtSink = (plan: ReadyPlan, source: Columns | undefined): Columns | undefined =>
  through(plan, source).at(-1)

/**
 * The columns that flow through a plan, as far as its parts know them.
 *
 * @throws EntrapipeError `COLUMN_UNKNOWN` when a transform names a column that its rows cannot have
 */
export const flowColumns = async (plan: ReadyPlan, ctx: Context): Promise<Flowing> => {
  const flowing = through(plan, await plan.source.columns?.(ctx))
  for (const [at, step] of plan.transforms.entries()) {
    const known = flowing[at]
    if (!known?.closed || !isTransform(step)) continue
    const names = new Set(known.names)
    const absent = missing(step.reads ?? [], name => names.has(name))
    if (absent.length > 0) throw unknown(step.kind, absent, known.names, 'which its rows do not have', known.more)
  }
  return flowing
}

/** Columns that are not there. One that may be absent is missed where only its name with a question mark is there. */
const missing = (reads: readonly NamedColumn[], has: (name: string) => boolean): readonly NamedColumn[] =>
  reads.filter(column => !isThere(column, has) && (!column.optional || has(`${column.name}?`)))

/** Looks for the columns that a transform names in the rows that reach it. */
export interface ColumnWatch {
  readonly see: (rows: Rows) => void
  /** Saved with each cut, so that a resumed run knows what was seen. */
  readonly save: () => Json
  /** The columns of the first row. */
  readonly first: () => readonly string[] | undefined
  /** @throws EntrapipeError `COLUMN_UNKNOWN` when there were rows, and none had a column that is named */
  readonly end: () => void
}

interface Saved {
  readonly first: readonly string[] | null
  readonly missing: readonly string[]
}

/** Under which name a watch is saved with a cut, beside the state of its step. */
export const watchScope = (scope: string): string => `${scope}/columns`

/**
 * A watch for what the columns that are known do not settle. It looks at rows until each column was there once.
 *
 * @param saved what `save` gave at the cut that the run is resumed from
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
        if (typeof value !== 'object' || value === null) continue
        first ??= columnsOf(value as Fields)
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
      const unclear = missing(
        open.filter(({ optional }) => optional),
        name => seen.has(name),
      )
      const absent = [...wanted.values(), ...unclear]
      if (absent.length > 0) throw unknown(kind, absent, first, 'which no row had')
    },
  }
}

const listed = (names: readonly string[]): string =>
  names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ')

const unknown = (
  kind: string,
  absent: readonly NamedColumn[],
  there: readonly string[],
  why: string,
  more?: string,
): EntrapipeError => {
  const names = absent.map(({ name }) => name)
  const meant = absent.flatMap(({ name, instead }) => {
    if (instead && there.includes(instead.column)) return [instead.hint]
    if (there.includes(`${name}?`)) return [`The column ${name}? is written ${name}??.`]
    const near = nearest(name, there)
    return near === undefined ? [] : [`Did you mean ${near}${names.length > 1 ? ` for ${name}` : ''}?`]
  })
  const what = names.length === 1 ? 'the column' : 'the columns'
  const has = meant.length < absent.length ? [`Rows have ${there.length === 0 ? 'no columns' : listed(there)}.`] : []
  return new EntrapipeError(
    'COLUMN_UNKNOWN',
    [`${kind} names ${what} ${listed(names)}, ${why}.`, ...meant, ...has, ...(more ? [more] : [])].join(' '),
    {
      facts: { columns: names },
      fix: `A column that rows may lack ends in a question mark: ${asOptional(absent[0]!)}.`,
    },
  )
}
