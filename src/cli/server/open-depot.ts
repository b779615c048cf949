import type { Clock } from '../../core/clock.ts'
import type { Depot } from '../../core/depot.ts'
import type { Environment } from '../../core/environment.ts'
import { checkContext } from '../../engine/contexts.ts'
import { depotAt } from '../../places/depot.ts'
import type { Shelf } from '../../store/key-shelf.ts'
import { stateFolder } from '../../store/state-folder.ts'

interface DepotOptions {
  readonly environment: Environment
  readonly clock: Clock
  /** Aborted when nothing more is to be sent or fetched. @default never: what is done is still sent when a process stops */
  readonly signal?: AbortSignal
}

/** Opens the files of a fleet at an address. Their copies are in the state folder of this machine. */
export const openDepot = (
  address: string,
  { environment, clock, signal = new AbortController().signal }: DepotOptions,
): Depot =>
  depotAt(
    address,
    stateFolder(environment).folder('files'),
    checkContext({ environment, clock, signal, graph: undefined }),
  )

/** A folder of a depot as a shelf. */
export const shelfIn = ({ in: inFolder, ctx }: Pick<Depot, 'in' | 'ctx'>, folder: string): Shelf => {
  const store = inFolder(folder)
  return {
    get: name => store.get(ctx, name),
    create: (name, bytes) => store.create(ctx, name, bytes),
    remove: names => store.remove(ctx, names),
    async *names() {
      for await (const { name, unfinished } of store.list(ctx)) if (!unfinished) yield name
    },
  }
}
