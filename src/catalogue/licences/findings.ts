import type { Fields, Json } from '../../core/json.ts'
import type { PageStep, Transform } from '../../core/parts.ts'
import type { Row } from '../../core/row.ts'
import { staleAfterDays } from '../../data/presets/stale.ts'
import { productsOf } from '../../licensing/products.ts'
import { heldProducts } from '../../licensing/report/held-products.ts'
import { countRows, departmentOf, reportColumns, userRows } from '../../licensing/report/report-rows.ts'
import { mostDepartments, tally } from '../../licensing/report/tally.ts'
import { readSubscribedSkus } from '../../licensing/subscribed-skus.ts'
import type { Entity } from '../../sources/graph/listing.ts'
import { stale } from '../../transforms/stale.ts'

/** What is found about users, and the counts once all are read. */
interface Findings {
  readonly transform: Transform<Entity, Fields>
  /** The rows that follow those of the users. */
  readonly counts: () => readonly Row<Fields>[]
}

type Saved = { readonly sinceMs: number; readonly tally: Json }

const dayMs = 86_400_000

/**
 * Turns licensed users into rows of a report. The days are counted from the start of the run, also once it is resumed.
 *
 * @param hasSignIns whether rows have `signInActivity`; asked after the checks
 */
export const findings = (hasSignIns: () => boolean, days = staleAfterDays): Findings => {
  let counts: Findings['counts'] = () => []
  const asStale = stale({ days })
  return {
    counts: () => counts(),
    transform: {
      kind: 'licence-findings',
      usesGraph: true,
      describe: async () => ({ days, signIns: hasSignIns() }),
      async check(ctx) {
        await asStale.check?.(ctx)
        // Before anything is read, so that a permission that is missing is named at once.
        await readSubscribedSkus(ctx.graph, ctx.signal)
      },
      columns: () => ({ names: reportColumns, closed: true }),
      async open(ctx, saved): Promise<PageStep<Entity, Fields>> {
        const before = saved as Saved | undefined
        const sinceMs = before?.sinceMs ?? ctx.clock.now() - days * dayMs
        const products = productsOf(await readSubscribedSkus(ctx.graph, ctx.signal))
        const held = heldProducts(products, hasSignIns() ? sinceMs : undefined)
        const counted = tally(hasSignIns(), before?.tally)
        counts = () => countRows(counted, products)
        return {
          page: rows =>
            rows.flatMap(({ value }) => {
              const own = held(value)
              counted.add(departmentOf(value), own)
              return userRows(value, own, products)
            }),
          save: () => ({ sinceMs, tally: counted.save() }) satisfies Saved,
          notes: () => [
            ...(hasSignIns()
              ? [
                  `A licence is unused if its user was created, and has last signed in successfully, before ${new Date(sinceMs).toISOString().slice(0, 10)}. Failed attempts do not count.`,
                ]
              : []),
            ...(counted.isOver
              ? [`The directory has more than ${mostDepartments} departments. The others are counted together.`]
              : []),
          ],
        }
      },
    },
  }
}
