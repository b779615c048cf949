import { permutation, type Permutation } from './permutation.ts'
import { firstIndex } from './search.ts'

/** Links from owners to targets of one kind, by rank, computed in both directions. */
export interface Layer {
  size(owner: number): number
  /** Targets in a fixed order. */
  list(owner: number, from: number, limit: number): readonly number[]
  has(owner: number, target: number): boolean
  ownersOf(target: number): readonly number[]
}

interface SlotOptions {
  readonly targets: number
  readonly key: number
  /** Number of slots before each owner, with one more entry for the end. An owner has at most as many slots as there are targets. */
  readonly starts: Float64Array
}

/**
 * All links are in one sequence of slots, with the slots of an owner side by side. Slot t has the target P(t mod targets). So
 * an owner never has a target twice, and reading a page of links costs a page. The owners of a target are found at its place
 * in each round through the targets.
 */
export const slots = ({ targets, key, starts }: SlotOptions): Layer => {
  const map = permutation(targets, key)
  const owners = starts.length - 1
  const total = starts[owners] ?? 0
  const startOf = (owner: number): number => starts[owner] ?? 0
  const size = (owner: number): number => startOf(owner + 1) - startOf(owner)
  return {
    size,
    list(owner, from, limit) {
      const start = startOf(owner)
      const end = Math.min(size(owner), from + limit)
      const found: number[] = []
      for (let at = from; at < end; at++) found.push(map.forward((start + at) % targets))
      return found
    },
    has(owner, target) {
      const place = (map.backward(target) - (startOf(owner) % targets) + targets) % targets
      return place < size(owner)
    },
    ownersOf(target) {
      const found: number[] = []
      for (let slot = map.backward(target); slot < total; slot += targets)
        found.push(firstIndex(0, owners, owner => startOf(owner + 1) > slot))
      return found
    },
  }
}

/** Each owner of a rank below `owners` that passes has one target, P(owner mod targets). Takes no memory. */
export const single = (
  owners: number,
  targets: number,
  key: number,
  passes: (owner: number) => boolean = () => true,
): Layer => {
  const map = permutation(targets, key)
  const holds = (owner: number): boolean => owner < owners && passes(owner)
  const memberRank = (owner: number): number => map.forward(owner % targets)
  return {
    size: owner => (holds(owner) ? 1 : 0),
    list: (owner, from, limit) => (from === 0 && limit > 0 && holds(owner) ? [memberRank(owner)] : []),
    has: (owner, target) => holds(owner) && memberRank(owner) === target,
    ownersOf(target) {
      const found: number[] = []
      for (let owner = map.backward(target); owner < owners; owner += targets) if (passes(owner)) found.push(owner)
      return found
    },
  }
}

/** Links that are listed one by one. They are created on first use. */
export const edges = (make: () => Iterable<readonly [owner: number, target: number]>): Layer => {
  let both: { targets: Map<number, number[]>; owners: Map<number, number[]> } | undefined
  const links = () => {
    if (both) return both
    both = { targets: new Map(), owners: new Map() }
    const add = (map: Map<number, number[]>, key: number, value: number): void => {
      const list = map.get(key)
      if (list) list.push(value)
      else map.set(key, [value])
    }
    for (const [owner, target] of make()) {
      if (both.targets.get(owner)?.includes(target)) continue
      add(both.targets, owner, target)
      add(both.owners, target, owner)
    }
    return both
  }
  return {
    size: owner => links().targets.get(owner)?.length ?? 0,
    list: (owner, from, limit) =>
      links()
        .targets.get(owner)
        ?.slice(from, from + limit) ?? [],
    has: (owner, target) => links().targets.get(owner)?.includes(target) ?? false,
    ownersOf: target => links().owners.get(target) ?? [],
  }
}

interface SieveOptions {
  readonly owner: number
  /** Ranks of an order, from `start` up to but not including `end`, if they pass. */
  readonly interval: { readonly start: number; readonly end: number }
  readonly order: Permutation
  readonly passes: (target: number) => boolean
}

const block = 4096

/** The targets of one owner: those in an interval of an order that pass. First use scans the interval; then reading a page costs a page. */
export const sieve = ({ owner, interval: { start, end }, order, passes }: SieveOptions): Layer => {
  let sums: Float64Array | undefined
  const blocks = Math.ceil((end - start) / block)
  const passing = (): Float64Array => {
    if (sums) return sums
    sums = new Float64Array(blocks + 1)
    // By rank: neighbours are much cheaper to test.
    for (let target = 0; target < order.size; target++) {
      const at = order.forward(target)
      if (at < start || at >= end || !passes(target)) continue
      const after = Math.floor((at - start) / block) + 1
      sums[after] = (sums[after] ?? 0) + 1
    }
    for (let index = 0; index < blocks; index++) sums[index + 1] = (sums[index + 1] ?? 0) + (sums[index] ?? 0)
    return sums
  }
  const within = (target: number): boolean => {
    const at = order.forward(target)
    return at >= start && at < end && passes(target)
  }
  return {
    size: other => (other === owner ? (passing()[blocks] ?? 0) : 0),
    list(other, from, limit) {
      if (other !== owner) return []
      const before = passing()
      const index = firstIndex(0, blocks, at => (before[at + 1] ?? 0) > from)
      let skip = from - (before[index] ?? 0)
      const found: number[] = []
      for (let at = start + index * block; at < end && found.length < limit; at++) {
        const target = order.backward(at)
        if (!passes(target)) continue
        if (skip > 0) skip--
        else found.push(target)
      }
      return found
    },
    has: (other, target) => other === owner && within(target),
    ownersOf: target => (within(target) ? [owner] : []),
  }
}
