import type { Fields } from '../../core/json.ts'
import { assignmentsOf, type AssignmentChange, type AssignmentOverlay } from './assignments.ts'
import type { Faces, Version } from './faces.ts'
import { kinds } from './kinds.ts'
import { linksOf, type LinkChange, type LinkOverlay, type Links } from './link-overlay.ts'
import { addValue, type Memory } from './memory/memory.ts'
import type { Records } from './memory/records.ts'
import type { ObjectTable } from './object-table.ts'
import { versionsOf, type Overlay, type Versions } from './overlay.ts'
import type { Population } from './population.ts'
import type { Kind, View } from './types.ts'

/** A population, ways to read it, and its bin. */
export interface Realm {
  readonly population: Population
  readonly look: Faces
  /** The same properties, without synthetic objects. */
  readonly bin: Population
}

/** One realm per kind. */
export type Realms = { readonly [kind in Kind]: Realm }

/** The effect of one change. */
export type Effect =
  | LinkChange
  | AssignmentChange
  | {
      readonly kind: Kind
      readonly id: string
      readonly rank: number
      readonly live: Version | undefined
      readonly bin: Version | undefined
    }

/** The directory as a view sees it. */
export interface State {
  live(kind: Kind): Overlay
  bin(kind: Kind): Overlay
  readonly links: LinkOverlay
  readonly assignments: AssignmentOverlay
}

/** The truth and what each view sees of it. All views read the same data; one that lags reads what it was some changes ago. */
interface Views {
  readonly truth: State
  /** Added and removed links of each object, with their times. */
  readonly links: Pick<Links, 'history' | 'lastChange'>
  /** Assignments of roles, with their times. */
  readonly assignments: Pick<ReturnType<typeof assignmentsOf>, 'fill' | 'ended' | 'history'>
  of(view: View): State
  /** Puts an object into a bin, before the first change. */
  fill(kind: Kind, id: string, values: Fields): void
  /** Applies the effects of a change. Returns a function that takes them back, if nothing was applied since. */
  apply(effects: readonly Effect[], sequence: number): () => void
  /** Ends a change, which no longer can be taken back: each view shows it after its lag. */
  show(sequence: number, atMs: number): void
  /** Prepares the orders that are computed. */
  prepare(): void
  /** Sequence of the last change that a view shows. */
  shown(view: View): number
  /** With `upToMs` each change has its own lag between `ms` and `upToMs`, derived from the seed. Changes stay in order. */
  setLag(view: View, ms: number, upToMs?: number): void
  /** The longest lag that a change may have now, in milliseconds. */
  lagBound(): number
}

interface Lagging {
  readonly state: State
  /** Sequence of the last change that is shown. */
  shown: number
  /** The changes after it. The first `past` of them were shown since the list was last shortened. */
  waiting: { readonly atMs: number; readonly share: number }[]
  past: number
  lagMs: number
  /** Largest additional lag. */
  moreMs: number
}

const always = (): number => 2 ** 31 - 2

interface ViewOptions {
  readonly realms: Realms
  readonly memory: Memory
  readonly objects: ObjectTable
  readonly records: Records
  readonly now: () => number
  /** Returns numbers in [0, 1), derived from the seed. */
  readonly random: () => number
}

/** Creates views without lag. */
export const views = ({ realms, memory, objects, records, now, random }: ViewOptions): Views => {
  const made = (side: 'live' | 'bin'): ReadonlyMap<Kind, Versions> =>
    new Map(
      kinds.map(kind => {
        const { look, population, bin: binned } = realms[kind]
        const of = side === 'bin' ? binned : population
        return [kind, versionsOf({ population: of, look, memory, within: `${kind}.${side}`, objects })]
      }),
    )
  const [live, bin] = [made('live'), made('bin')]
  const links = linksOf(memory, objects)
  const assignments = assignmentsOf(memory)
  const lagging = new Map<View, Lagging>()
  let last = 0
  addValue(
    memory,
    'shown',
    () => last,
    saved => (last = saved),
  )

  const stateAt = (shown: () => number): State => {
    const overlays = (all: ReadonlyMap<Kind, Versions>) =>
      new Map([...all].map(([kind, versions]) => [kind, versions.at(shown)] as const))
    const [lives, bins] = [overlays(live), overlays(bin)]
    return {
      live: kind => part(lives, kind),
      bin: kind => part(bins, kind),
      links: links.at(shown),
      assignments: assignments.at(shown),
    }
  }
  const truth = stateAt(always)

  const catchUp = (own: Lagging): void => {
    const until = now() - own.lagMs
    const { waiting } = own
    const before = own.past
    while (own.past < waiting.length) {
      const { atMs, share } = waiting[own.past]!
      if (atMs + share * own.moreMs > until) break
      own.past++
    }
    if (own.past === before) return
    own.shown += own.past - before
    if (own.past > 1024 + waiting.length / 2) {
      own.waiting = waiting.slice(own.past)
      own.past = 0
    }
    const least = Math.min(...[...lagging.values()].map(({ shown }) => shown))
    for (const versions of [...live.values(), ...bin.values()]) versions.settle(least)
    links.settle(least)
  }
  const shown = (view: View): number => {
    const own = lagging.get(view)
    if (!own) return last
    catchUp(own)
    return own.shown
  }

  return {
    truth,
    links,
    assignments,
    of(view) {
      const own = lagging.get(view)
      if (!own) return truth
      catchUp(own)
      return own.state
    },
    fill: (kind, id, values) =>
      void part(bin, kind).set(id, -1, { id, rank: -1, record: records.add(values) }, 0, false),
    apply(effects, sequence) {
      const keeps = lagging.size > 0
      const undo: (() => void)[] = []
      for (const effect of effects) {
        if ('owner' in effect) {
          undo.push(links.set(effect, sequence, keeps))
          continue
        }
        if ('assignment' in effect) {
          undo.push(assignments.set(effect, sequence))
          continue
        }
        const { kind, id, rank } = effect
        const before = truth.live(kind)
        const wasLive = before.version(id) !== undefined || (rank >= 0 && !before.isMasked(rank))
        undo.push(part(live, kind).set(id, rank, effect.live, sequence, keeps))
        undo.push(part(bin, kind).set(id, -1, effect.bin, sequence, keeps))
        const isLive = effect.live !== undefined
        if (isLive !== wasLive) undo.push(links.turned({ kind, id }, isLive, sequence, keeps))
      }
      return () => {
        for (const takeBack of undo.reverse()) takeBack()
      }
    },
    show(sequence, atMs) {
      last = sequence
      for (const own of lagging.values()) {
        own.waiting.push({ atMs, share: random() })
        catchUp(own)
      }
    },
    prepare() {
      for (const versions of [...live.values(), ...bin.values()]) versions.prepare()
    },
    shown,
    setLag(view, lagMs, upToMs = lagMs) {
      const moreMs = upToMs - lagMs
      const own = lagging.get(view)
      if (own) {
        catchUp(own)
        own.lagMs = lagMs
        own.moreMs = moreMs
      } else if (upToMs > 0) {
        const created: Lagging = {
          state: stateAt(() => created.shown),
          shown: last,
          waiting: [],
          past: 0,
          lagMs,
          moreMs,
        }
        lagging.set(view, created)
      }
    },
    lagBound: () => Math.max(0, ...[...lagging.values()].map(({ lagMs, moreMs }) => lagMs + moreMs)),
  }
}

const part = <T>(all: ReadonlyMap<Kind, T>, kind: Kind): T => {
  const found = all.get(kind)
  if (!found) throw new RangeError(`Expected kind to be one of ${kinds.join(', ')}, got ${kind}`)
  return found
}
