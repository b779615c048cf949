import type { Context } from '../core/context.ts'
import type { Graph } from '../core/graph.ts'
import { countedGraph } from '../graph/counted-graph.ts'
import type { Tables } from './tables.ts'

/** Requests that read the directory, by path without the query and with `{id}` for ids, such as `/users`. */
export type Reads = Readonly<Record<string, number>>

const id = /[0-9a-f]{8}-[0-9a-f-]{27}/gi

/** A context whose client counts its requests. The client is opened when it is first used. */
export const countedReads = (ctx: Context): { readonly ctx: Context; readonly reads: () => Reads } => {
  const reads: Record<string, number> = {}
  const seen = (url: string): void => {
    const path = url.split('?', 1)[0]!.replace(id, '{id}')
    reads[path] = (reads[path] ?? 0) + 1
  }
  let graph: Graph | undefined
  return {
    ctx: Object.create(ctx, { graph: { get: () => (graph ??= countedGraph(ctx.graph, seen)) } }) as Context,
    reads: () => reads,
  }
}

const fact = 'reads'

/** Keeps the numbers of requests with the decisions. */
export const noteReads = ({ sql }: Tables, reads: Reads): void =>
  void sql.prepare('insert or replace into facts (name, value) values (?, ?)').run(fact, JSON.stringify(reads))

/** The numbers of requests that were kept. */
export const notedReads = ({ sql }: Tables): Reads => {
  const found = sql.prepare('select value from facts where name = ?').get(fact)
  return found ? (JSON.parse(found['value'] as string) as Reads) : {}
}
