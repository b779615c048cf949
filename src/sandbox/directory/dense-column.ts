/** Numbers by row, outside the heap. Rows are set in ascending order at first. */
interface DenseColumn {
  get(row: number): number
  set(row: number, value: number): void
}

const bits = 16
const mask = 2 ** bits - 1

/** Creates a column. It grows in pieces of 65,536 rows, so that no growth copies what is there. */
export const denseColumn = (make: (size: number) => Float64Array | Uint32Array | Uint8Array): DenseColumn => {
  const pieces: (Float64Array | Uint32Array | Uint8Array)[] = []
  return {
    get: row => pieces[row >>> bits]?.[row & mask] ?? 0,
    set(row, value) {
      const piece = (pieces[row >>> bits] ??= make(2 ** bits))
      piece[row & mask] = value
    },
  }
}
