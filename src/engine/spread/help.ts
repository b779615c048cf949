import type { Shard } from '../../core/parts.ts'
import { identityOf } from '../../store/identity.ts'
import { onlyPhase } from '../../store/types.ts'
import { nobody, sharedIn } from '../around.ts'
import { earlierPhases } from '../earlier-phases.ts'
import { identify } from '../identity.ts'
import { newProgress } from '../progress.ts'
import type { Prepared, RunEnd, RunRequest, Started } from '../run-request.ts'
import { canSpread } from './can-spread.ts'
import { spreadNote } from './spread-rows.ts'
import { workShares } from './work-shares.ts'

/** Reads shards of a run that another process holds, until none is left to take. */
export const help = async (request: RunRequest, id: string, phases: readonly Prepared[]): Promise<RunEnd> => {
  const { store, clock, signal } = request
  const progress = request.progress ?? newProgress(clock.now())
  const end: RunEnd = { run: id, end: 'closed', manifest: undefined, progress }
  const [phase] = phases
  const info = await store.get(id)
  const shards = await store.read(
    id,
    async reader => (await reader.phase(onlyPhase).loadNote(spreadNote)) as readonly Shard[] | undefined,
  )
  const isSame = info.identity === identityOf(identify(request, phases)) && info.codeHash === request.codeHash
  if (!phase || !shards || !isSame || phases.length > 1 || !canSpread(phase)) return end
  const refused = (): never => {
    throw new Error('A process that only reads shards does not change the run.')
  }
  const started: Started = {
    ...phase,
    ...{ request, id, info, progress, inputs: [], tellsResumed: false },
    run: undefined as never,
    earlier: earlierPhases(undefined as never, []),
    ...{ expectHeld: refused, saveRunNote: refused, saveOver: refused, finish: refused },
  }
  const around = {
    ...request,
    ...{ graph: request.graph, run: id, signal },
    ...sharedIn(request, nobody),
    ...started.earlier,
  }
  await workShares(started, around, shards, 'none')
  return end
}
