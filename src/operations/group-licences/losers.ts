import type { OperationContext } from '../../core/operation.ts'
import { expectLicences } from '../../licensing/member-licences.ts'
import { isActive, licencesOf, type UserLicences } from '../../licensing/user-licences.ts'
import { isByGroup, losesService } from '../licences/look.ts'
import { productsSeen } from '../licences/products-seen.ts'
import { readByIds } from '../objects/read-each.ts'
import type { GroupLicenceRow } from './row.ts'

const facts = 'id,assignedLicenses,licenseAssignmentStates'

/** What a user has once a group assigns a product otherwise. @param off ids of the plans that are off; null if the group no longer assigns it */
const withoutShare = (
  user: UserLicences,
  { group, sku }: GroupLicenceRow,
  off: readonly string[] | null,
): UserLicences => {
  const inherited = new Map(user.inherited)
  inherited.set(
    sku,
    (user.inherited.get(sku) ?? []).flatMap(share =>
      share.group !== group ? share : off ? { ...share, disabledPlans: new Set(off) } : [],
    ),
  )
  return { ...user, inherited }
}

/**
 * Which of these users lose a product, or their last plan for mail or SharePoint, if a group assigns a product otherwise: all that they have
 * counts, directly and through other groups.
 *
 * @param ids in lower case; those of no user are ignored
 * @param off ids of the plans that are off then; null if the group no longer assigns the product
 * @throws EntrapipeError `NOT_PERMITTED` if the licences of users may not be read
 */
export const losersAmong = async (
  ids: readonly string[],
  row: GroupLicenceRow,
  off: readonly string[] | null,
  context: OperationContext,
): Promise<readonly string[]> => {
  const products = await productsSeen(context)
  const { sku } = row
  const found = await context.once('licences of protected users', () => readByIds('/users', facts, ids, context))
  return ids.filter(id => {
    const seen = found.get(id)
    if (!seen) return false
    expectLicences(seen)
    const before = licencesOf(seen)
    if (!before.inherited.get(sku)?.some(({ group }) => group === row.group)) return false
    const after = withoutShare(before, row, off)
    return (has(before, sku) && !has(after, sku)) || losesService(before, after, products)
  })
}

const has = (user: UserLicences, sku: string): boolean => isActive(user.direct.get(sku)) || isByGroup(user, sku)
