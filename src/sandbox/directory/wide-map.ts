/** A map of strings that grows without a long pause: a `Map` of a million entries rehashes all of them at once. */
export interface WideMap<V> {
  readonly size: number
  get(key: string): V | undefined
  set(key: string, value: V): void
  delete(key: string): void
  /** In no fixed order once there are many. */
  values(): Iterable<V>
  /** As `values`, and faster. */
  each(visit: (value: V) => void): void
}

const most = 4096
const parts = 256

const partOf = (key: string): number => {
  let hash = 0
  // Every third character is enough to spread names and ids.
  for (let at = 0; at < key.length; at += 3) hash = (Math.imul(hash, 31) + key.charCodeAt(at)) | 0
  return (hash ^ (hash >>> 8) ^ (hash >>> 16)) & (parts - 1)
}

/** Creates a map without entries: one `Map`, and 256 of them beyond 4,096 entries. */
export const wideMap = <V>(): WideMap<V> => {
  let few: Map<string, V> | undefined = new Map<string, V>()
  let many: readonly Map<string, V>[] = []
  let size = 0
  const of = (key: string): Map<string, V> => few ?? (many[partOf(key)] as Map<string, V>)
  return {
    get size() {
      return few ? few.size : size
    },
    get: key => of(key).get(key),
    set(key, value) {
      const found = of(key)
      const before = found.size
      found.set(key, value)
      size += found.size - before
      if (few === undefined || few.size <= most) return
      many = Array.from({ length: parts }, () => new Map<string, V>())
      const entries = few
      few = undefined
      for (const [each, own] of entries) of(each).set(each, own)
    },
    delete(key) {
      if (of(key).delete(key)) size--
    },
    each(visit) {
      for (const own of few ? [few] : many) own.forEach(visit)
    },
    *values() {
      if (few) yield* few.values()
      else for (const each of many) yield* each.values()
    },
  }
}
