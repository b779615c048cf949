import type { Operation, OperationRow } from '../../core/operation.ts'
import type { Entry } from '../../store/ledger-types.ts'

/**
 * What undoes a row: the inverse of each change that has one, with those that are left as they are; or the change because of which it cannot
 * be undone.
 */
type Inverses =
  | {
      readonly of: readonly { readonly entry: Entry; readonly inverse: OperationRow }[]
      readonly left: readonly string[]
    }
  | { readonly final: string }

/**
 * What undoes the changes of a row that are done, in their order. Changes that leave nothing in the directory to undo, such as revoked
 * sessions, do not keep others from being undone, but a row of which nothing can be undone is final.
 */
export const inversesOf = (
  entries: readonly Entry[],
  operationOf: (kind: string) => Pick<Operation, 'inverse' | 'isRepeated'> | undefined,
): Inverses => {
  const of: { readonly entry: Entry; readonly inverse: OperationRow }[] = []
  const left: string[] = []
  for (const entry of entries) {
    const { row, before, id } = entry
    const operation = operationOf(row.kind)
    const inverse = operation?.inverse?.(row.value, before ?? {}, id)
    if (inverse) of.push({ entry, inverse })
    else if (operation?.isRepeated === true) left.push(row.kind)
    else return { final: row.kind }
  }
  return of.length > 0 ? { of, left } : { final: entries[0]!.row.kind }
}
