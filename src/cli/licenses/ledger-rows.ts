import type { ColumnTypes } from '../../core/column-type.ts'
import type { Fields } from '../../core/json.ts'
import { skuCatalogue } from '../../data/sku-catalogue.ts'
import { textTable } from '../../formats/text-table.ts'
import { count } from '../report/words.ts'
import type { CollectedLedger } from './collect-ledger.ts'

/** Columns of every row of a ledger. What does not apply to a row is null. */
export const ledgerColumns = [
  ...['row', 'at', 'change', 'user', 'userPrincipalName', 'group', 'skuPartNumber', 'productName', 'skuId', 'units'],
  ...['gained', 'lost', 'run', 'operation', 'who', 'reason', 'ticket'],
] as const

/** The types of columns that are not text. */
export const ledgerTypes: ColumnTypes = { at: 'timestamp', units: 'int64', gained: 'int64', lost: 'int64' }

const rowOf = (sku: string, value: Fields): Fields => {
  const known = skuCatalogue().get(sku)
  const named: Fields = {
    ...value,
    skuId: sku,
    skuPartNumber: known?.skuPartNumber ?? null,
    productName: known?.name ?? null,
  }
  return Object.fromEntries(ledgerColumns.map(name => [name, named[name] ?? null]))
}

/** The rows of a ledger: a `change` for each product that somebody got or lost, then the sums of each `product`. */
export function* ledgerRows({ lines, totals }: CollectedLedger): Iterable<readonly Fields[]> {
  for (const page of lines()) yield page.map(line => rowOf(line.sku, { ...line, row: 'change' }))
  yield totals.map(total => rowOf(total.sku, { ...total, row: 'product' }))
}

/** The sums of a ledger as lines with columns. */
export const ledgerTable = ({ totals }: CollectedLedger): readonly string[] =>
  textTable(
    [
      ['Product', 'SKU', 'Gained', 'Lost', 'Seats'],
      ...totals.map(({ sku, gained, lost, units }) => {
        const known = skuCatalogue().get(sku)
        return [
          known?.name ?? sku,
          known?.skuPartNumber ?? '',
          count(gained),
          count(lost),
          units === null ? 'n/a' : `${units > 0 ? '+' : ''}${count(units)}`,
        ]
      }),
    ],
    { right: [2, 3, 4] },
  )
