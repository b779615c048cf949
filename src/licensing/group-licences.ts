import { EntrapipeError } from '../core/errors.ts'
import { isFields, type Fields } from '../core/json.ts'

/**
 * What a group assigns to its members: ids of the plans that are off, by `skuId`, all in lower case.
 *
 * @param group read with `assignedLicenses`
 * @throws EntrapipeError `NOT_PERMITTED` if Graph left the property out: the group would seem to assign nothing
 * @see https://learn.microsoft.com/graph/api/resources/group
 */
export const groupLicences = ({ assignedLicenses }: Fields): ReadonlyMap<string, ReadonlySet<string>> => {
  if (assignedLicenses === undefined)
    throw new EntrapipeError('NOT_PERMITTED', 'The licences of the group may not be read: Graph left them out.', {
      fix: 'Grant Group.Read.All.',
    })
  return new Map(
    (Array.isArray(assignedLicenses) ? assignedLicenses.filter(isFields) : []).map(({ skuId, disabledPlans }) => [
      String(skuId).toLowerCase(),
      new Set(Array.isArray(disabledPlans) ? disabledPlans.map(id => String(id).toLowerCase()) : []),
    ]),
  )
}
