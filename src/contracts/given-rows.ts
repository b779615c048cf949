import type { Source } from '../core/parts.ts'
import type { Row } from '../core/row.ts'

const rowsPerPage = 3

/** Rows in pages of three; a position is the number of rows read. */
export const sourceOf = (rows: readonly Row<unknown>[]): Source<unknown> => ({
  kind: 'contract',
  async *read(_ctx, _shard, from) {
    for (let at = typeof from === 'number' ? from : 0; at < rows.length; at += rowsPerPage) {
      const page = rows.slice(at, at + rowsPerPage)
      yield { rows: page, position: at + page.length }
    }
  },
})

/** Freezes a value deeply, so that writing to it throws. */
export const frozen = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) frozen(inner)
  }
  return value
}
