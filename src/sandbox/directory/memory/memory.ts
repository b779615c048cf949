/**
 * Some state outside the heap. The state is all of its bytes: what is loaded from them behaves like what was saved.
 */
interface Part {
  /** The bytes as they are now. What may still change is copied. */
  save(): readonly Uint8Array[]
  /** Takes over the bytes that `save` returned. Each begins a buffer of its own. */
  load(pieces: readonly Uint8Array[]): void
}

/** All state of a directory's changes: parts by name. */
export interface Memory {
  readonly parts: ReadonlyMap<string, Part>
  /** @throws RangeError for a name that is taken */
  add(name: string, part: Part): void
}

/** Creates a memory without parts. */
export const memoryOf = (): Memory => {
  const parts = new Map<string, Part>()
  return {
    parts,
    add(name, part) {
      if (parts.has(name)) throw new RangeError(`Expected a name of its own for each part, got ${name} twice`)
      parts.set(name, part)
    },
  }
}

/** Adds a small value to a memory. It is kept as JSON. */
export const addValue = <T>(memory: Memory, name: string, get: () => T, set: (value: T) => void): void =>
  memory.add(name, {
    save: () => [Buffer.from(JSON.stringify(get()))],
    load: ([bytes]) => set(JSON.parse(Buffer.from(bytes!).toString()) as T),
  })

/** Adds a list of whole numbers below 2^32 to a memory. */
export const addNumbers = (
  memory: Memory,
  name: string,
  get: () => Iterable<number>,
  set: (numbers: Uint32Array) => void,
): void =>
  memory.add(name, {
    save() {
      const { buffer, byteOffset, byteLength } = Uint32Array.from(get())
      return [new Uint8Array(buffer, byteOffset, byteLength)]
    },
    load: ([bytes]) => set(new Uint32Array(bytes!.buffer, bytes!.byteOffset, bytes!.byteLength / 4)),
  })
