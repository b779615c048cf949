import type { Columns } from '../core/columns.ts'
import type { Context, Origin, PartStore } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import { partContext, type Surroundings } from './contexts.ts'
import type { ResultLog } from './result-log.ts'
import type { Started } from './run-request.ts'

/** The context of a part whose state is kept in the run, under its scope. */
export const contextOf = (
  around: Surroundings,
  { run }: Started,
  scope: string,
  settled: ResultLog['settled'],
  columns: () => Columns | undefined = () => undefined,
  origin: (origin: Origin) => void = () => undefined,
): Context => partContext(around, { store: () => run.scope(scope), settled, origin, columns })

/**
 * What a source may keep: ids, which its positions cut back. It reads ahead of the cuts, so that of keys and values nobody
 * could tell to which cut they belong: gone on with, it would take rows that were never written for rows that came before.
 */
export const idsOnly = (kind: string, store: PartStore): PartStore => {
  const refused = (): never => {
    throw new EntrapipeError(
      'PIPELINE_INVALID',
      `The source ${kind} keeps keys or values in its store, which are not cut back with its position; let it keep ids, or a transform keep them`,
    )
  }
  return { set: refused, map: refused, ids: (name, length, checksum) => store.ids(name, length, checksum) }
}

/** The context of a source or of one of its parts, as `contextOf`. */
export const sourceContextOf = (
  around: Surroundings,
  { run, plan }: Started,
  scope: string,
  settled: ResultLog['settled'],
  origin: (origin: Origin) => void = () => undefined,
): Context => partContext(around, { store: () => idsOnly(plan.source.kind, run.scope(scope)), settled, origin })
