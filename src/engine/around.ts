import { pastTimes } from './changes/past.ts'
import { waitUntilShown } from './changes/until-shown.ts'
import type { Surroundings } from './contexts.ts'
import type { RunRequest } from './run-request.ts'

/** A phase, whose own writes it does not wait for. */
interface Asking {
  readonly run: string
  readonly phase: string
}

/** Before a run begins. */
export const nobody: Asking = { run: '', phase: '' }

/** What parts get from the store of a run, before it begins and in each of its phases. */
export const sharedIn = (
  { store, graph, changing, clock, signal, onEvent }: RunRequest,
  except: Asking,
): Pick<Surroundings, 'untilShown' | 'lasting' | 'dryRun'> => ({
  untilShown:
    graph && changing
      ? waitUntilShown({
          lastWrites: store.lastWrites({ tenant: graph.tenant.id, except }),
          past: pastTimes(clock),
          lagBoundMs: changing.lagBoundMs,
          clock,
          signal,
          waiting: ms => onEvent?.({ event: 'waiting', ms }),
        })
      : undefined,
  lasting: store.lasting,
  dryRun: changing?.dryRun,
})
