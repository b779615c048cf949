import type { Context } from '../../core/context.ts'
import type { Fields } from '../../core/json.ts'
import type { Transform } from '../../core/parts.ts'
import type { Row } from '../../core/row.ts'
import { isActive, licencesOf } from '../../licensing/user-licences.ts'
import { refusal } from '../../graph/refusal.ts'

/** The name under which a row has the products of its user. */
export const heldProducts = '$held'

/**
 * Adds to each row the ids of the products that its user has, directly or through groups. Users without any are `unchanged`, and dropped.
 *
 * @param kind the operation of the rows
 */
export const withHeldProducts = (kind: string): Transform<Fields, Fields> => ({
  kind: 'held-products',
  usesGraph: true,
  describe: async () => ({ all: true }),
  open: ctx => ({ page: rows => held(rows, kind, ctx) }),
})

const held = async (rows: readonly Row<Fields>[], kind: string, ctx: Context): Promise<readonly Row<Fields>[]> => {
  const { graph, signal } = ctx
  const requests = rows.map(({ value }) => ({
    method: 'GET' as const,
    url: `/users/${String(value['id'])}?$select=id,assignedLicenses,licenseAssignmentStates`,
  }))
  const replies = await graph.batch(requests, signal)
  return rows.flatMap(({ key, value }, at) => {
    const reply = replies[at]!
    const id = String(value['id'])
    if (reply.status === 404) {
      ctx.settled({
        key,
        operation: kind,
        outcome: 'failed',
        id,
        code: 'OBJECT_NOT_FOUND',
        message: `No user has the id ${id}.`,
        fix: 'The user may have been deleted. Remove the row.',
      })
      return []
    }
    if (reply.status !== 200) throw refusal(requests[at]!, reply, graph.tenant)
    const { direct, inherited } = licencesOf(reply.body as Fields)
    const given = [...inherited].flatMap(([sku, all]) => (all.some(isActive) ? [sku] : []))
    const skus = [...new Set([...direct.keys(), ...given])]
    if (skus.length > 0) return [{ key, value: { ...value, [heldProducts]: skus } }]
    ctx.settled({ key, operation: kind, outcome: 'unchanged', id, message: 'The user has no products.' })
    return []
  })
}
