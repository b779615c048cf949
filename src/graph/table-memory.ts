/**
 * The memory of a `JsonTable`; see there for its fields. Tables that are used in turn may share it: what one found is valid until another
 * one is cleared.
 */
export interface TableMemory {
  readonly objects: Uint32Array
  readonly spans: Uint32Array
  readonly kinds: Uint8Array
  /** Makes room for as many objects and values, and more, and keeps what there is. */
  grow(rows: number, values: number): void
}

/** Grows to its largest use, which is kept. */
export const tableMemory = (): TableMemory => {
  let objects = new Uint32Array(256)
  let spans = new Uint32Array(0)
  let kinds = new Uint8Array(0)
  return {
    get objects() {
      return objects
    },
    get spans() {
      return spans
    },
    get kinds() {
      return kinds
    },
    grow(rows, values) {
      if (2 * rows > objects.length) objects = copied(objects, new Uint32Array(4 * rows))
      if (2 * values > spans.length) spans = copied(spans, new Uint32Array(4 * values))
      if (values > kinds.length) kinds = copied(kinds, new Uint8Array(2 * values))
    },
  }
}

const copied = <List extends Uint8Array | Uint32Array>(from: List, to: List): List => {
  to.set(from)
  return to
}
