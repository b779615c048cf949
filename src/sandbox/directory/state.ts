import type { Faces, Version } from './faces.ts'
import { linkOverlay, type LinkOverlay } from './link-overlay.ts'
import { overlay, type Overlay } from './overlay.ts'
import type { Population } from './population.ts'
import type { Kind, Reference, Relation, View } from './types.ts'

/** In the order in which an id is looked for. */
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

/** A population and the ways to look at it, live and in its bin. */
export interface Realm {
  readonly population: Population
  readonly look: Faces
  /** The same properties, but nothing in it by itself. */
  readonly bin: Population
}

/** One for each kind. */
export type Realms = { readonly [kind in Kind]: Realm }

/** What one change does to a state. */
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

/** The directory as of some change. */
export interface State {
  live(kind: Kind): Overlay
  bin(kind: Kind): Overlay
  readonly links: LinkOverlay
  apply(effects: readonly Effect[]): void
  clone(): State
}

interface Parts {
  readonly live: ReadonlyMap<Kind, Overlay>
  readonly bin: ReadonlyMap<Kind, Overlay>
  readonly links: LinkOverlay
}

const part = (overlays: ReadonlyMap<Kind, Overlay>, kind: Kind): Overlay => {
  const found = overlays.get(kind)
  if (!found) throw new RangeError(`Expected a kind out of ${kinds.join(', ')}, got ${kind}`)
  return found
}

/** A state without changes, or one of the parts given. */
const state = (realms: Realms, parts: Parts = fresh(realms)): State => ({
  live: kind => part(parts.live, kind),
  bin: kind => part(parts.bin, kind),
  links: parts.links,
  apply(effects) {
    for (const effect of effects) {
      if ('owner' in effect) {
        parts.links.set(effect.owner, effect.relation, effect.target, effect.isThere, effect.isBase)
        continue
      }
      part(parts.live, effect.kind).set(effect.id, effect.rank, effect.live)
      part(parts.bin, effect.kind).set(effect.id, -1, effect.bin)
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

/** The states that the views see. A view that never lagged sees the truth; one that did has a state of its own. */
interface Views {
  readonly truth: State
  of(view: View): State
  /** Applies to the truth at once, to the views when their lag is over. */
  apply(effects: readonly Effect[], atMs: number): void
  /** How many changes a view does not show yet: the latest ones. */
  unseen(view: View): number
  /** With `upToMs` each change is behind by its own share between the two, drawn from the seed; none overtakes another. */
  setLag(view: View, ms: number, upToMs?: number): void
}

interface Lagging {
  readonly state: State
  readonly waiting: { readonly atMs: number; readonly share: number; readonly effects: readonly Effect[] }[]
  lagMs: number
  /** What comes on top, at the most. */
  moreMs: number
}

/** Views without lag. @param random gives 0 up to 1, from the seed */
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
    apply(effects, atMs) {
      truth.apply(effects)
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
