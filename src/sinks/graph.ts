import { EntrapipeError } from '../core/errors.ts'
import type { Json } from '../core/json.ts'
import type { OperationRow } from '../core/operation.ts'
import type { ChangeSink } from '../core/parts.ts'
import { expectArgument, expectOptions, optional } from '../data/expect-options.ts'

/** A change that a row makes. Values that are undefined are left out. */
export interface Change extends Omit<OperationRow, 'value'> {
  readonly value: { readonly [name: string]: Json | undefined }
}

const isWhole = (change: Change): change is OperationRow => {
  for (const name in change.value) if (change.value[name] === undefined) return false
  return true
}

const withoutUndefined = (change: Change): OperationRow =>
  isWhole(change)
    ? change
    : {
        ...change,
        value: Object.fromEntries(
          Object.entries(change.value).filter((entry): entry is [string, Json] => entry[1] !== undefined),
        ),
      }

/**
 * Changes the directory. Each row becomes one change, or several that follow one another: if one fails, the later ones of its row are
 * skipped. Nothing is sent before the last row is read.
 *
 * @param changes returns the changes of a value; a throw of `ROW_INVALID` fails its row
 * @param more the operation of all rows, what the run supersedes and owns, what is done if units are short, notes about the rows, and who follows the changes; see `ChangeSink`
 * @throws EntrapipeError `OPTION_INVALID` at once
 * @example
 * sink: graph((row: { id: string }) => ({ kind: 'add-member', value: { group, member: row.id } }))
 */
export const graph = <In = unknown>(
  changes: (value: In) => Change | readonly Change[],
  more: Pick<ChangeSink<In>, 'operation' | 'supersedes' | 'owns' | 'limited' | 'whenShort' | 'notes' | 'follow'> = {},
): ChangeSink<In> => {
  expectArgument('graph', changes, 'a function that returns the changes of a value', typeof changes === 'function')
  expectOptions('graph', more, {
    operation: optional,
    supersedes: optional,
    owns: optional,
    limited: optional,
    whenShort: optional,
    notes: optional,
    follow: optional,
  })
  return {
    ...more,
    kind: 'graph',
    usesGraph: true,
    changes({ value }) {
      const made = changes(value)
      return Array.isArray(made)
        ? (made as readonly Change[]).map(withoutUndefined)
        : [withoutUndefined(made as Change)]
    },
    async open() {
      throw new EntrapipeError('INTERNAL', 'A sink that changes the directory was opened as if it wrote rows.')
    },
  }
}
