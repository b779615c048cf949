/** Numbers in the order in which they were added: eight bytes each, since a run may have millions of rows. */
export interface NumberList {
  readonly length: number
  add(number: number): void
  at(place: number): number
  /** In ascending order from now on. */
  sort(): void
  /** Those that are there now. */
  all(): Float64Array
}

const none = new Float64Array(0)

/** An empty list. */
export const numberList = (): NumberList => {
  let held = none
  let length = 0
  return {
    get length() {
      return length
    },
    add(number) {
      if (length === held.length) {
        const more = new Float64Array(Math.max(4, 2 * length))
        more.set(held)
        held = more
      }
      held[length++] = number
    },
    at: place => held[place]!,
    sort: () => void held.subarray(0, length).sort(),
    all: () => held.subarray(0, length),
  }
}
