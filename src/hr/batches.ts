import type { Tables } from './tables.ts'

/** Rows in one transaction. */
const rowsAtOnce = 500

/** Collects rows, and writes hundreds of them in one transaction. */
export const batches = <T>(tables: Tables, write: (row: T) => void) => {
  let rows: T[] = []
  const flush = (): void => {
    const full = rows
    rows = []
    if (full.length > 0) tables.write(() => full.forEach(row => write(row)))
  }
  return {
    add(row: T): void {
      rows.push(row)
      if (rows.length >= rowsAtOnce) flush()
    },
    flush,
  }
}
