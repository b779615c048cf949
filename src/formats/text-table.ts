import { printable } from '../core/printable.ts'

/**
 * Formats rows as lines with aligned columns.
 *
 * @param options.right indexes of columns whose cells end at the same place, such as numbers
 */
export const textTable = (
  rows: readonly (readonly string[])[],
  { right = [] }: { readonly right?: readonly number[] } = {},
): readonly string[] => {
  const safe = rows.map(row => row.map(cell => printable(cell)))
  const widths: number[] = []
  for (const row of safe) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length)
  return safe.map(row =>
    row
      .map((cell, at) => (right.includes(at) ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join('  ')
      .trimEnd(),
  )
}
