/** Objects that a write in progress changes. */
interface HeldObjects {
  /** Holds all of the objects, and returns how to release them. Returns undefined, and holds none, if one is held already. */
  hold(ids: readonly string[]): (() => void) | undefined
  /** Waits until a write releases one of the objects. Returns at once if none is held. */
  released(ids: readonly string[]): Promise<void>
}

/** Holds each object for one write at a time. */
export const createHeldObjects = (): HeldObjects => {
  const held = new Map<string, Promise<void>>()
  return {
    hold(ids) {
      if (ids.some(id => held.has(id))) return undefined
      const { promise, resolve } = Promise.withResolvers<void>()
      for (const id of ids) held.set(id, promise)
      return () => {
        for (const id of ids) held.delete(id)
        resolve()
      }
    },
    released: ids => held.get(ids.find(id => held.has(id)) ?? '') ?? Promise.resolve(),
  }
}
