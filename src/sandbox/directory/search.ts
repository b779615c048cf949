/** The first index in [low, high) for which it holds, else `high`; it must hold for every index after the first. */
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
