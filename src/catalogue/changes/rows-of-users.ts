import type { Fields } from '../../core/json.ts'
import type { Source } from '../../core/parts.ts'

/** The values of the column `row` of reports whose rows have counts, and are about no user. */
const counts: ReadonlySet<unknown> = new Set([
  'product',
  'productNotAssigned',
  'department',
  'departmentProduct',
  'total',
])

/** Leaves out rows that a report about licences has beside those of users. A note says how many. */
export const rowsOfUsers = (source: Source<Fields>): Source<Fields> => ({
  ...source,
  async *read(ctx, ...at) {
    let dropped = 0
    for await (const page of source.read(ctx, ...at)) {
      const rows = page.rows.filter(({ value }) => !isCount(value))
      dropped += page.rows.length - rows.length
      yield rows.length === page.rows.length ? page : { ...page, rows }
    }
    if (dropped > 0)
      ctx.origin({
        note: `${dropped} ${dropped === 1 ? 'row' : 'rows'} of counts in the report are about no user, and are not used.`,
      })
  },
})

const isCount = (row: Fields): boolean =>
  counts.has(row['row']) && ['userId', 'userPrincipalName'].every(name => (row[name] ?? '') === '')
