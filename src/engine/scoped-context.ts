import type { Context, Origin } from '../core/context.ts'
import { partContext, type Surroundings } from './contexts.ts'
import type { ResultLog } from './result-log.ts'
import type { Started } from './run-request.ts'

/** The context of a part whose state is kept in the run, under its scope. */
export const contextOf = (
  around: Surroundings,
  { run }: Started,
  scope: string,
  settled: ResultLog['settled'],
  origin: (origin: Origin) => void = () => undefined,
): Context => partContext(around, { store: () => run.scope(scope), settled, origin })
