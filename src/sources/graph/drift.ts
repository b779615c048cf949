import type { Context } from '../../core/context.ts'
import type { Json } from '../../core/json.ts'
import type { Drift } from '../../core/manifest.ts'
import { idOf } from './id-of.ts'
import { unlessRefused } from './refused.ts'

/** The maximum number of changes to list in a manifest. */
const mostNamed = 1000

interface Changed {
  readonly id: string
  readonly '@removed'?: { readonly reason: string }
}

/**
 * Requests a delta link for the current state. Undefined if Graph refuses it: some permissions, such as reading only the
 * basic properties of users, allow listing but not delta, and some clouds have no delta. Tracks only created and deleted
 * objects, since these decide whether a listing is complete.
 *
 * @see https://learn.microsoft.com/graph/delta-query-overview
 */
export const presentOf = (ctx: Context, path: string): Promise<Json | undefined> =>
  unlessRefused(async () => {
    for await (const page of ctx.graph.pages(`${path}/delta?$select=id&$deltatoken=latest`, { signal: ctx.signal }))
      if (page.delta !== undefined) return { delta: page.delta }
    return undefined
  })

/**
 * Objects created and deleted since a delta link; undefined if the link is no longer accepted. Delta may return an id
 * several times; the last state counts.
 */
export const driftSince = (ctx: Context, since: Json): Promise<Drift | undefined> =>
  unlessRefused(() => changesSince(ctx, since))

const changesSince = async (ctx: Context, since: Json): Promise<Drift> => {
  const link = (since as { readonly delta: string }).delta
  const path = link.split('?')[0]!
  const changes = new Map<string, 'created' | 'deleted'>()
  for await (const page of ctx.graph.pages<Changed>(link, { signal: ctx.signal, distinct: () => changes.size }))
    for (const object of page.values) changes.set(idOf(object, path), object['@removed'] ? 'deleted' : 'created')
  const kinds = [...changes.values()]
  return {
    created: kinds.filter(kind => kind === 'created').length,
    deleted: kinds.filter(kind => kind === 'deleted').length,
    objects: [...changes].slice(0, mostNamed).map(([id, change]) => ({ id, change })),
  }
}
