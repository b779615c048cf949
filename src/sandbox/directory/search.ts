/** Returns the first index in [low, high) for which `holds` is true, else `high`. It must be true for every later index. */
export const firstIndex = (low: number, high: number, holds: (index: number) => boolean): number => {
  let from = low
  let to = high
  while (from < to) {
    const middle = from + Math.floor((to - from) / 2)
    if (holds(middle)) to = middle
    else from = middle + 1
  }
  return from
}
