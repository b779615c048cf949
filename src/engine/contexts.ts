import type { Columns } from '../core/columns.ts'
import type { Clock } from '../core/clock.ts'
import type { Context, Doing, Origin, PartDatabase, PhaseChange, PhaseResult } from '../core/context.ts'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Graph } from '../core/graph.ts'
import type { Fields, Json } from '../core/json.ts'
import type { DueRow } from '../core/due-row.ts'
import type { Undone } from '../core/operation.ts'
import type { Row } from '../core/row.ts'
import type { Result } from '../core/result.ts'
import type { PartStore } from '../core/context.ts'

/** What all parts of a run share. */
export interface Surroundings {
  readonly run: string
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly environment: Environment
  readonly graph: Graph | undefined
  /** Reads the changes that undo a run. Absent where nothing may be changed. */
  readonly undoing?: ((run: string, phase?: string) => AsyncIterable<readonly Row<Undone>[]>) | undefined
  /** Notes that the run undoes another one. Absent where nothing may be changed, and in a dry run. */
  readonly undoes?: ((run: string) => Promise<void>) | undefined
  /** Reads rows of another run that wait for a time. Absent where nothing may be changed. */
  readonly due?: ((run: string, dueMs: number) => AsyncIterable<readonly Row<DueRow>[]>) | undefined
  /** Waits until the directory shows earlier changes. Absent where nothing may be changed. */
  readonly untilShown?: ((names?: readonly string[]) => Promise<unknown>) | undefined
  /** Reads what became of the rows of an earlier phase. Absent before the run begins. */
  readonly results?: ((phase: string) => AsyncIterable<readonly PhaseResult[]>) | undefined
  /** Keeps a value with the run, and tells it. Absent before the run begins. */
  readonly tell?: ((name: string, value: Json) => Promise<void>) | undefined
  /** Reads the changes of earlier phases. Absent before a run begins. */
  readonly changes?: ((phase: string) => AsyncIterable<readonly PhaseChange[]>) | undefined
  /** Opens a file of a tenant that survives runs. Absent without a store. */
  readonly lasting?: ((tenant: string, name: string, versions: readonly string[]) => PartDatabase) | undefined
  /** @default false */
  readonly dryRun?: boolean | undefined
}

interface PartSurroundings {
  readonly store: () => PartStore
  readonly settled: (result: Result, read?: Fields) => void
  readonly origin: (origin: Origin) => void
  /** @default it is not shown */
  readonly doing?: (doing: Doing) => void
  readonly columns?: () => Columns | undefined
  readonly distinct?: (() => number) | undefined
  readonly wasRead?: Context['wasRead']
  readonly unparsed?: boolean | undefined
}

/** The context of one part of a run. */
export const partContext = (all: Surroundings, part: PartSurroundings): Context => ({
  run: all.run,
  signal: all.signal,
  clock: all.clock,
  environment: all.environment,
  get graph() {
    if (all.graph) return all.graph
    throw new EntrapipeError(
      'TENANT_MISSING',
      'This pipeline requires a tenant: add --tenant, for example `--tenant sandbox`.',
    )
  },
  get store() {
    return part.store()
  },
  get columns() {
    return part.columns?.()
  },
  undoing(run, phase) {
    if (all.undoing) return all.undoing(run, phase)
    throw new EntrapipeError('PIPELINE_INVALID', 'Only a run that changes the directory can undo another one.')
  },
  async undoes(run) {
    await all.undoes?.(run)
  },
  due(run, dueMs) {
    if (all.due) return all.due(run, dueMs)
    throw new EntrapipeError('PIPELINE_INVALID', 'Only a run that changes the directory can make what waits.')
  },
  async untilShown(names) {
    await all.untilShown?.(names)
  },
  changes(phase) {
    if (all.changes) return all.changes(phase)
    throw new EntrapipeError('INTERNAL', 'A part read changes before its run began.')
  },
  results(phase) {
    if (all.results) return all.results(phase)
    throw new EntrapipeError('INTERNAL', 'A part read results before its run began.')
  },
  doing(doing) {
    part.doing?.(doing)
  },
  async tell(name, value) {
    if (!all.tell) throw new EntrapipeError('INTERNAL', 'A part told a value before its run began.')
    await all.tell(name, value)
  },
  dryRun: all.dryRun === true,
  lasting(name, versions) {
    const { id } = this.graph.tenant
    if (all.lasting) return all.lasting(id, name, versions)
    throw new EntrapipeError('INTERNAL', 'A part used the state of a tenant where there is no store.')
  },
  distinct: part.distinct,
  wasRead: part.wasRead,
  unparsed: part.unparsed,
  settled: part.settled,
  origin: part.origin,
})

/** The context for checking and describing parts, which cannot store anything. @param run id of the run, if it exists already */
export const checkContext = (all: Omit<Surroundings, 'run'>, run = ''): Context => {
  const early = (): never => {
    throw new EntrapipeError('INTERNAL', 'A part used its store or settled a row before its run began.')
  }
  return partContext({ ...all, run }, { store: early, settled: early, origin: early })
}
