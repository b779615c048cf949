import { EntrapipeError } from '../core/errors.ts'
import type { OperationRow } from '../core/operation.ts'
import type { ChangeSink } from '../core/parts.ts'

/**
 * Changes the directory. Each row becomes one change, or several that follow one another: if one fails, the later ones of its row are
 * skipped. Nothing is sent before the last row is read.
 *
 * @param changes returns the changes of a value; a throw of `ROW_INVALID` fails its row
 * @example
 * sink: graph((row: { id: string }) => ({ kind: 'add-member', value: { group, member: row.id } }))
 */
export const graph = <In = unknown>(
  changes: (value: In) => OperationRow | readonly OperationRow[],
): ChangeSink<In> => ({
  kind: 'graph',
  usesGraph: true,
  changes({ value }) {
    const made = changes(value)
    return Array.isArray(made) ? (made as readonly OperationRow[]) : [made as OperationRow]
  },
  async open() {
    throw new EntrapipeError('INTERNAL', 'A sink that changes the directory was opened as if it wrote rows.')
  },
})
