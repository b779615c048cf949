/** Objects that a write in progress changes. */
interface HeldObjects {
  /** Holds all of the objects, and returns how to release them. Returns undefined, and holds none, if one is held already. */
  hold(ids: readonly string[]): (() => void) | undefined
}

/** Holds each object for one write at a time. */
export const createHeldObjects = (): HeldObjects => {
  const held = new Set<string>()
  return {
    hold(ids) {
      if (ids.some(id => held.has(id))) return undefined
      for (const id of ids) held.add(id)
      return () => {
        for (const id of ids) held.delete(id)
      }
    },
  }
}
