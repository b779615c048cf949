import type { Graph } from '../../core/graph.ts'

/** A client, and the number of requests that were made with it, each one of a batch included. Changes are not counted. */
interface CountedGraph {
  readonly graph: Graph
  readonly requests: () => number
}

/** Counts the requests of a client. */
export const countedGraph = (client: Graph): CountedGraph => {
  let requests = 0
  const counted =
    <A extends readonly unknown[], R>(call: (...values: A) => R, many: (...values: A) => number = () => 1) =>
    (...values: A): R => {
      requests += many(...values)
      return call(...values)
    }
  async function* pages<T>(...values: Parameters<Graph['pages']>) {
    for await (const page of client.pages<T>(...values)) {
      requests++
      yield page
    }
  }
  return {
    requests: () => requests,
    graph: {
      ...client,
      request: counted(client.request) as Graph['request'],
      attempt: counted(client.attempt) as Graph['attempt'],
      batch: counted(client.batch, all => all.length),
      count: counted(client.count),
      pages,
    },
  }
}
