import type { Context } from '../../core/context.ts'
import type { Json } from '../../core/json.ts'
import type { Drift } from '../../core/manifest.ts'
import { idOf } from './id-of.ts'
import { unlessRefused } from './refused.ts'

/** As many changes are named in a manifest. */
const mostNamed = 1000

interface Changed {
  readonly id: string
  readonly '@removed'?: { readonly reason: string }
}

/**
 * A delta link of this moment; undefined where it is refused: a sign-in may list and not follow changes, as with the
 * permission to read only the basic properties of users, and a listing is not the worse for a cloud without delta.
 * Only created and deleted objects are asked for: a listing is complete or not by these.
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
 * What was created and deleted since; undefined where the service does not say any more. Delta repeats itself: the last
 * word on an id counts.
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
