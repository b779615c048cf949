/** Returns a table of `2^bits` slots. Each index has a share of the slots by its weight, and at least one if it is positive. */
export const weightedSlots = (weights: readonly number[], bits = 8): Uint16Array => {
  const size = 2 ** bits
  const slots = new Uint16Array(size)
  const positive = weights.filter(weight => weight > 0).length
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let filled = 0
  let sum = 0
  let seen = 0
  weights.forEach((weight, index) => {
    if (weight <= 0) return
    seen++
    sum += weight
    const end = Math.max(filled + 1, Math.min(size - (positive - seen), Math.round((sum / total) * size)))
    slots.fill(index, filled, end)
    filled = end
  })
  return slots
}

/** Distributes `size` items by weight. Returns where each index begins, with one more entry for the end, which is `size`. */
export const sharedOut = (weights: readonly number[], size: number): Float64Array => {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const starts = new Float64Array(weights.length + 1)
  let sum = 0
  weights.forEach((weight, index) => {
    sum += weight
    starts[index + 1] = Math.round((sum / total) * size)
  })
  starts[weights.length] = size
  return starts
}

/** Returns the sums of the weights before each index, as shares of 1, with one more entry for the end, which is exactly 1. */
export const cumulative = (weights: readonly number[]): Float64Array => {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const sums = new Float64Array(weights.length + 1)
  let sum = 0
  weights.forEach((weight, index) => {
    sum += weight
    sums[index + 1] = sum / total
  })
  sums[weights.length] = 1
  return sums
}
