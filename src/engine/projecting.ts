import { isThere } from '../core/columns.ts'
import type { Fields } from '../core/json.ts'
import type { Writer } from '../core/parts.ts'
import type { Projection } from '../core/projection.ts'
import type { ColumnWatch } from './columns.ts'
import { isTransform, type ReadyPlan } from './plan.ts'
import type { ResultLog } from './result-log.ts'
import type { PlacedStep } from './stage.ts'
import type { OpenStep, Rows } from './steps.ts'

type Settled = ResultLog['settled']

/** The transforms directly before the sink that only project columns. A sink that can do so reads the columns itself. */
export interface Projecting {
  /** Offers the columns to the sink. Called once, before the first row; until then rows are made. */
  readonly offer: (writer: Writer<unknown>) => void
  /** Whether all transforms are taken by the sink, so that it gets the rows of the source. */
  readonly isWhole: () => boolean
  /** Where the results of a transform go. Rows that the sink has made belong to the sink. */
  readonly settled: (at: number, settled: Settled) => Settled
  /** Returns the watch of the sink, for the rows that the writer gets. */
  readonly watched: (watch: ColumnWatch) => ColumnWatch
  /** Places the step of a transform. If the sink reads its columns, rows pass unchanged. */
  readonly placed: (at: number, step: PlacedStep) => PlacedStep
}

/** @param settledBySink where the results of rows go that the sink has made */
export const projecting = ({ transforms }: ReadyPlan, settledBySink: Settled): Projecting => {
  const { from, made } = projectionsOf(transforms)
  const steps: OpenStep[] = []
  let isTaken = false
  return {
    offer(writer) {
      const columns = made.at(-1)
      if (!columns || !writer.project || steps.some(({ end, save }) => end ?? save)) return
      isTaken = true
      writer.project({ columns, rows: rows => throughAll(steps, rows) })
    },
    isWhole: () => transforms.length === 0 || (from === 0 && isTaken),
    settled(at, settled) {
      if (at < from) return settled
      return (...result) => (isTaken ? settledBySink : settled)(...result)
    },
    watched(watch) {
      const columns = made.at(-1)
      return columns ? watching(watch, columns, () => isTaken) : watch
    },
    placed(at, placed) {
      if (at < from) return placed
      const { step, watch } = placed
      const given = made[at - from - 1]
      steps.push(step)
      return {
        ...placed,
        step: { ...step, page: rows => (isTaken ? rows : step.page(rows)) },
        passes: () => isTaken,
        ...(watch && given && { watch: watching(watch, given, () => isTaken) }),
      }
    },
  }
}

/** The longest row of transforms up to the last one that only project, and the columns that each of them makes. */
const projectionsOf = (
  transforms: ReadyPlan['transforms'],
): { readonly from: number; readonly made: readonly Projection[] } => {
  for (const from of transforms.keys()) {
    const made = composed(transforms.slice(from))
    if (made) return { from, made }
  }
  return { from: transforms.length, made: [] }
}

const composed = (transforms: ReadyPlan['transforms']): readonly Projection[] | undefined => {
  const made: Projection[] = []
  for (const transform of transforms) {
    if (!isTransform(transform)) return undefined
    const given = made.at(-1)
    const names = given && new Set(given.map(({ name }) => name))
    // Whether a missing column is an error is decided when there are rows.
    if (names && transform.reads?.every(column => isThere(column, name => names.has(name))) === false) return undefined
    const columns = transform.project?.(given)
    if (!columns) return undefined
    made.push(columns)
  }
  return made
}

const throughAll = async (steps: readonly OpenStep[], given: Rows): Promise<Rows> => {
  let rows = given
  for (const step of steps) rows = await step.page(rows)
  return rows
}

/** A watch for rows with these columns, which are not made if the sink reads the columns. */
const watching = (watch: ColumnWatch, columns: Projection, isTaken: () => boolean): ColumnWatch => {
  const value: Fields = Object.fromEntries(columns.map(({ name }) => [name, null]))
  return {
    ...watch,
    see(rows) {
      if (!isTaken()) watch.see(rows)
      else if (rows.length > 0) watch.see([{ key: 0, value }])
    },
  }
}
