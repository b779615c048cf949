import type { Clock } from '../../core/clock.ts'
import type { Graph } from '../../core/graph.ts'

/** A client that only reads. */
export interface Reader extends Pick<Graph, 'pages' | 'count' | 'request'> {
  close(): Promise<void>
}

/** Clients that read the directories of tenants for people who fill in a form. */
export interface Readers {
  of(tenant: string): Promise<Reader>
  close(): Promise<void>
}

/** A client that was not used for so long is closed: what it has signed in to may be another process by now. */
const idleMs = 120_000

/** Keeps a client for each tenant as long as it is used. A sign-in takes longer than a search. @param open makes one */
export const readersOf = (open: (tenant: string) => Promise<Reader>, clock: Clock): Readers => {
  const kept = new Map<string, { readonly reader: Promise<Reader>; usedMs: number }>()
  const close = async (tenant: string): Promise<void> => {
    const found = kept.get(tenant)
    kept.delete(tenant)
    await (await found?.reader.catch(() => undefined))?.close()
  }
  return {
    async of(tenant) {
      for (const [name, { usedMs }] of kept) if (clock.now() - usedMs > idleMs) await close(name)
      const found = kept.get(tenant) ?? { reader: open(tenant), usedMs: 0 }
      kept.set(tenant, found)
      found.usedMs = clock.now()
      try {
        return await found.reader
      } catch (error) {
        if (kept.get(tenant) === found) kept.delete(tenant)
        throw error
      }
    },
    async close() {
      for (const tenant of kept.keys()) await close(tenant)
    },
  }
}
