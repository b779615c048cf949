import type { Fields } from '../../core/json.ts'
import type { OperationColumns } from '../../core/operation-columns.ts'
import { loose } from '../../formats/csv-header.ts'
import { licenseColumns } from '../../licensing/license-columns.ts'
import { reportColumns } from '../../licensing/report/report-rows.ts'
import { productCaptions } from '../../operations/licences/row.ts'
import { statusColumns } from '../group-licences/status-columns.ts'

/** The value of rows that names products. */
export type ProductValue = 'sku' | 'from'

/** What says exactly which product is meant comes first: several products can have one name. */
const exact: readonly string[] = ['skuId', 'skuPartNumber', 'accountSkuId']
const captions: readonly string[] = [
  ...exact,
  ...productCaptions.filter(caption => !exact.includes(caption)),
  'productName',
]

/** The columns in which a file may name the products of a row, the one first that counts. All that have a value must name the same products. */
export const productColumns = (value: ProductValue): readonly string[] => [value, ...captions]

/** Columns of files that say what users have, and not only what they shall get. */
const ofHeld: ReadonlySet<string> = new Set(
  ['isDirect', 'assignedByGroups', 'finding', 'Block credential', 'Soft deletion time stamp', 'Release track'].map(
    loose,
  ),
)

/**
 * The columns of a command that changes licences, with those of `export licenses`, `licenses report` and `licenses group status`, and of the
 * portals: each that names products is a value of its own.
 */
export const withFileColumns = (columns: OperationColumns, value: ProductValue): OperationColumns => {
  const { [value]: own, ...options } = columns.options ?? {}
  return {
    ...columns,
    options: {
      ...options,
      [value]: { type: own!.type },
      ...Object.fromEntries(captions.map(caption => [caption, { type: 'String' as const, of: value }])),
      // Only one command reads them, and the others say so.
      disabledPlans: options['disabledPlans'] ?? { type: 'String', captions: ['disabledServicePlans'] },
    },
    aside: [...licenseColumns, ...reportColumns, ...statusColumns],
  }
}

/** Returns a function that says whether a row of a file says what its user has. */
export const heldRows = (): ((row: Fields) => boolean) => {
  let [header, isHeld] = ['', false]
  return row => {
    const names = Object.keys(row)
    const found = names.join('\n')
    // Rows of a file have the same columns.
    if (found !== header) [header, isHeld] = [found, names.some(name => ofHeld.has(loose(name)))]
    return isHeld
  }
}
