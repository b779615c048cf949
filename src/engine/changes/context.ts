import { given } from '../../core/given.ts'
import type { Graph } from '../../core/graph.ts'
import type { Lessons } from '../../core/lessons.ts'
import type { OperationContext } from '../../core/operation.ts'
import { refuseChange } from '../../graph/reading.ts'

/** A client that refuses changes, whatever an operation asks of it. */
const reading = (graph: Graph): OperationContext['graph'] => ({
  tenant: graph.tenant,
  ...(graph.signedInAs && { signedInAs: graph.signedInAs }),
  request: (request, signal) => (refuseChange(request), graph.request(request, signal)),
  attempt: (request, signal) => (refuseChange(request), graph.attempt(request, signal)),
  batch: (requests, signal) => (requests.forEach(refuseChange), graph.batch(requests, signal)),
  pages: (link, options) => graph.pages(link, options),
  count: (path, filter, signal) => graph.count(path, filter, signal),
})

/** The context of operations for one window of rows: what is read once is forgotten with it. @param lessons what refusals taught */
export const operationContext = (graph: Graph, signal: AbortSignal, lessons?: Lessons): OperationContext => {
  const read = new Map<string, Promise<unknown>>()
  const inSlot = new Map<string, string>()
  return {
    graph: reading(graph),
    signal,
    expected: [],
    ...given({ lessons }),
    once<T>(name: string, work: () => Promise<T>, slot?: string): Promise<T> {
      const found = read.get(name)
      if (found) return found as Promise<T>
      const started = work()
      read.set(name, started)
      if (slot !== undefined) {
        const before = inSlot.get(slot)
        if (before !== undefined) read.delete(before)
        inSlot.set(slot, name)
      }
      return started
    },
  }
}
