import type { Fields } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'
import type { Row } from '../../core/row.ts'
import { licenceError } from '../../data/licence-errors.ts'
import type { Plan } from '../../engine/plan.ts'
import type { Product } from '../../licensing/products.ts'
import { withLastRows } from '../licences/with-last-rows.ts'
import type { OutputOptions } from '../output-sink.ts'
import { tableSink } from '../table-sink.ts'
import {
  errorsIn,
  productsOfGroup,
  readGroupState,
  readShares,
  type FailedShare,
  type GroupState,
  type ShareCounts,
} from './group-state.ts'
import { statusColumns } from './status-columns.ts'
import { statusTable } from './status-table.ts'
import { describedTarget, targetOf, type FindTarget, type Target } from './target.ts'

/** Parameters of `licenses group status`, named like its flags. */
interface StatusParams extends OutputOptions {
  readonly group: string
  readonly sku?: readonly string[]
}

const statusTypes = { members: 'int64', active: 'int64', pending: 'int64', inError: 'int64' } as const

const nothing = Object.fromEntries(statusColumns.map(name => [name, null]))

/**
 * The plan of `licenses group status`: a row of each error of a member, then one of each product with its counts. On stdout it is a table unless a format is
 * named.
 *
 * @throws EntrapipeError `USAGE`; the run then as `targetOf`
 */
export const statusPlan = ({ group, sku, ...output }: StatusParams): Plan => {
  const target = targetOf({ group, ...(sku && { sku }) })
  let last: readonly Row<Fields>[] = []
  const source = errorRows(target, rows => (last = rows))
  const table = { kind: 'group-license-status', columns: statusColumns, types: statusTypes, encoder: statusTable }
  return { source, sink: withLastRows(tableSink(output, table), () => last) } as object as Plan
}

const errorRows = (target: FindTarget, counted: (rows: readonly Row<Fields>[]) => void): Source<Fields> => ({
  kind: 'group-license-errors',
  usesGraph: true,
  live: false,
  check: async ctx => void (await target(ctx)),
  describe: ctx => describedTarget(target, ctx),
  columns: () => ({ names: [...statusColumns], closed: true }),
  async *read(ctx) {
    const found = await target(ctx)
    const state = await readGroupState(found, ctx)
    const products = productsOfGroup(found, state)
    const reading = readShares(found, products, state, ctx)
    for (let next = await reading.next(); ; next = await reading.next()) {
      if (next.done) {
        counted(products.map(product => productRow(product, next.value.get(product)!, found, state)))
        return yield { rows: [] }
      }
      // It starts over when it is resumed: no page has a position.
      yield { rows: next.value.map(share => errorRow(share, found, state)), unfinished: true }
    }
  },
})

const factsOf = ({ group, name }: Target, { processing }: GroupState, { skuId, partNumber, name: title }: Product) => ({
  ...nothing,
  groupId: group.id,
  groupName: name,
  processing,
  skuId,
  skuPartNumber: partNumber,
  productName: title,
})

const errorRow = (share: FailedShare, target: Target, state: GroupState): Row<Fields> => {
  const { meaning, fix } = licenceError(share.error)
  return {
    key: `${share.user}/${share.product.skuId}`,
    value: {
      ...factsOf(target, state, share.product),
      row: 'member',
      userId: share.user,
      userPrincipalName: share.name,
      displayName: share.displayName,
      error: share.error,
      meaning,
      whatToDo: fix,
    },
  }
}

const productRow = (product: Product, counts: ShareCounts, target: Target, state: GroupState): Row<Fields> => {
  const inError = errorsIn(counts)
  const isAssigned = state.assigned.has(product.skuId)
  return {
    key: product.skuId,
    value: {
      ...factsOf(target, state, product),
      row: isAssigned ? 'product' : 'productNotAssigned',
      members: counts.active + counts.pending + inError,
      // Of a product that the group does not assign, those are as wanted who do not have it.
      active: isAssigned ? counts.active : 0,
      pending: counts.pending,
      inError,
    },
  }
}
