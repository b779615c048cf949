import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context, Origin } from '../../src/core/context.ts'
import type { Graph, GraphPage, PagesOptions } from '../../src/core/graph.ts'
import type { Shard, Read, Source } from '../../src/core/parts.ts'
import type { Position } from '../../src/core/row.ts'
import type { Sorter } from '../../src/core/sorted.ts'
import { openSorter } from '../../src/store/sorter.ts'
import { partContext } from '../contracts/part-context.ts'

interface GraphScript {
  /** Pages by link. A listing begins with the link that the source requests. */
  readonly pages?: readonly GraphPage<unknown>[]
  readonly replies?: (url: string) => { readonly status: number; readonly body: unknown }
  readonly count?: (path: string, filter: string | undefined) => number
}

interface GraphScene {
  readonly ctx: Context
  /** Links listed and URLs requested, in order. */
  readonly asked: string[]
  readonly headers: (PagesOptions['headers'] | undefined)[]
  readonly origins: Origin[]
}

/** A context whose client responds from a script. */
export const graphScene = ({ pages = [], replies, count }: GraphScript): GraphScene => {
  const asked: string[] = []
  const headers: (PagesOptions['headers'] | undefined)[] = []
  const { ctx, origins } = partContext('/')
  const reply = async <T>(url: string) => {
    asked.push(url)
    const { status, body } = replies?.(url) ?? { status: 404, body: undefined }
    return { status, headers: {}, body: body as T, attempts: 1 }
  }
  const graph: Graph = {
    tenant: { name: 'contoso', id: '11111111-2222-4333-8444-555555555555' },
    readOnly: true,
    request: <T>({ url }: { readonly url: string }) => reply<T>(url),
    attempt: <T>({ url }: { readonly url: string }) => reply<T>(url),
    batch: async () => [],
    submission: () => {
      throw new Error('a source changes nothing')
    },
    usage: () => {
      throw new Error('a source does not ask')
    },
    async *pages<T>(link: string, options: PagesOptions = {}) {
      asked.push(link)
      // A look-up by name.
      if (replies && link.startsWith('/groups?')) {
        yield { values: (replies(link).body as { readonly value: readonly T[] }).value }
        return
      }
      headers.push(options.headers)
      yield* pages as readonly GraphPage<T>[]
    },
    pace: () => undefined,
    async count(path, filter) {
      asked.push(`${path}/$count`)
      return count?.(path, filter) ?? 0
    },
  }
  const sorter = (): Sorter => openSorter(mkdtempSync(join(tmpdir(), 'entrapipe-sorter-')))
  const scene = Object.create(ctx, {
    graph: { value: graph },
    store: { value: { ...ctx.store, sorter } },
  }) as Context
  return { ctx: scene, asked, headers, origins }
}

export const readPages = async <T>(
  source: Source<T>,
  ctx: Context,
  from?: Position,
  shard?: Shard,
): Promise<Read<T>[]> => {
  const read: Read<T>[] = []
  for await (const page of source.read(ctx, shard ?? { name: source.kind }, from)) read.push(page)
  return read
}
