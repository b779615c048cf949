import type { Faces, Version } from './faces.ts'
import { linkOverlay, type LinkOverlay } from './link-overlay.ts'
import { overlay, type Overlay } from './overlay.ts'
import type { Population } from './population.ts'
import type { Kind, Reference, Relation, View } from './types.ts'

/** All kinds, in the order in which an id is looked up. */
export const kinds: readonly Kind[] = [
  'user',
  'group',
  'device',
  'application',
  'servicePrincipal',
  'orgContact',
  'administrativeUnit',
  'directoryRole',
]

/** A population, ways to read it, and its bin. */
export interface Realm {
  readonly population: Population
  readonly look: Faces
  /** The same properties, without synthetic objects. */
  readonly bin: Population
}

/** One realm per kind. */
export type Realms = { readonly [kind in Kind]: Realm }

/** The effect of one change on a state. */
export type Effect =
  | {
      readonly kind: Kind
      readonly id: string
      readonly rank: number
      readonly live: Version | undefined
      readonly bin: Version | undefined
    }
  | {
      readonly owner: Reference
      readonly relation: Relation
      readonly target: Reference
      readonly isThere: boolean
      readonly isBase: boolean
    }

/** The directory at some change. */
export interface State {
  live(kind: Kind): Overlay
  bin(kind: Kind): Overlay
  readonly links: LinkOverlay
  /** Returns a function that takes the effects back, if nothing was applied since. */
  apply(effects: readonly Effect[]): () => void
  clone(): State
}

interface Parts {
  readonly live: ReadonlyMap<Kind, Overlay>
  readonly bin: ReadonlyMap<Kind, Overlay>
  readonly links: LinkOverlay
}

const part = (overlays: ReadonlyMap<Kind, Overlay>, kind: Kind): Overlay => {
  const found = overlays.get(kind)
  if (!found) throw new RangeError(`Expected kind to be one of ${kinds.join(', ')}, got ${kind}`)
  return found
}

/** A state, by default without changes. */
const state = (realms: Realms, parts: Parts = fresh(realms)): State => ({
  live: kind => part(parts.live, kind),
  bin: kind => part(parts.bin, kind),
  links: parts.links,
  apply(effects) {
    const undo: (() => void)[] = []
    for (const effect of effects) {
      if ('owner' in effect) {
        const { owner, relation, target, isThere, isBase } = effect
        parts.links.set(owner, relation, target, isThere, isBase)
        undo.push(() => parts.links.set(owner, relation, target, !isThere, isBase))
        continue
      }
      undo.push(part(parts.live, effect.kind).set(effect.id, effect.rank, effect.live))
      undo.push(part(parts.bin, effect.kind).set(effect.id, -1, effect.bin))
    }
    return () => {
      for (const takeBack of undo.reverse()) takeBack()
    }
  },
  clone() {
    const copies = (overlays: ReadonlyMap<Kind, Overlay>): ReadonlyMap<Kind, Overlay> =>
      new Map([...overlays].map(([kind, each]) => [kind, each.clone()]))
    return state(realms, { live: copies(parts.live), bin: copies(parts.bin), links: parts.links.clone() })
  },
})

const fresh = (realms: Realms): Parts => ({
  live: new Map(kinds.map(kind => [kind, overlay(realms[kind].population, realms[kind].look)])),
  bin: new Map(kinds.map(kind => [kind, overlay(realms[kind].bin, realms[kind].look)])),
  links: linkOverlay(),
})

/** The state that each view sees. A view that never lagged sees the truth. One that lagged has its own state. */
interface Views {
  readonly truth: State
  of(view: View): State
  /** Applies effects, which the truth has already, to each view after its lag. */
  show(effects: readonly Effect[], atMs: number): void
  /** Number of latest changes that a view does not show yet. */
  unseen(view: View): number
  /** With `upToMs` each change has its own lag between `ms` and `upToMs`, derived from the seed. Changes stay in order. */
  setLag(view: View, ms: number, upToMs?: number): void
}

interface Lagging {
  readonly state: State
  readonly waiting: { readonly atMs: number; readonly share: number; readonly effects: readonly Effect[] }[]
  lagMs: number
  /** Largest additional lag. */
  moreMs: number
}

/** Creates views without lag. @param random returns numbers in [0, 1), derived from the seed */
export const views = (realms: Realms, now: () => number, random: () => number): Views => {
  const truth = state(realms)
  const lagging = new Map<View, Lagging>()
  const catchUp = ({ state: behind, waiting, lagMs, moreMs }: Lagging): void => {
    const until = now() - lagMs
    let done = 0
    for (const { atMs, share, effects } of waiting) {
      if (atMs + share * moreMs > until) break
      behind.apply(effects)
      done++
    }
    waiting.splice(0, done)
  }
  return {
    truth,
    of(view) {
      const own = lagging.get(view)
      if (!own) return truth
      catchUp(own)
      return own.state
    },
    show(effects, atMs) {
      for (const { waiting } of lagging.values()) waiting.push({ atMs, share: random(), effects })
    },
    unseen(view) {
      const own = lagging.get(view)
      if (!own) return 0
      catchUp(own)
      return own.waiting.length
    },
    setLag(view, lagMs, upToMs = lagMs) {
      const moreMs = upToMs - lagMs
      const own = lagging.get(view)
      if (own) {
        catchUp(own)
        own.lagMs = lagMs
        own.moreMs = moreMs
      } else if (upToMs > 0) lagging.set(view, { state: truth.clone(), waiting: [], lagMs, moreMs })
    },
  }
}
