import type { Graph } from '../core/graph.ts'

/** A client that tells each request that it is asked for, each one of a batch included. Changes are not told. @param seen with path and query */
export const countedGraph = (client: Graph, seen: (url: string) => void): Graph => {
  async function* pages<T>(...values: Parameters<Graph['pages']>) {
    for await (const page of client.pages<T>(...values)) {
      if (!page.unfinished) seen(values[0])
      yield page
    }
  }
  return {
    ...client,
    request: (request, ...more) => {
      seen(request.url)
      return client.request(request, ...more)
    },
    attempt: (request, ...more) => {
      seen(request.url)
      return client.attempt(request, ...more)
    },
    batch: (requests, ...more) => {
      for (const { url } of requests) seen(url)
      return client.batch(requests, ...more)
    },
    count: (path, ...more) => {
      seen(`${path}/$count`)
      return client.count(path, ...more)
    },
    pages,
  }
}
