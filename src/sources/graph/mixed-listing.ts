import { checkQuery } from '../../odata/check-query.ts'
import { daysWithTime } from '../../odata/days-with-time.ts'
import { refuse } from '../../odata/describe-finding.ts'
import { refusals } from '../../odata/findings.ts'
import { printFilter } from '../../odata/print-filter.ts'
import type { GraphOptions, Listing } from './listing.ts'
import { parsed } from './directory-listing.ts'
import { memberTypes } from './member-types.ts'

/**
 * Checks a listing of members of any type. Names must be valid for at least one type; Graph checks the rest. The type is
 * returned with each member without being selected.
 *
 * @throws EntrapipeError `PROPERTY_UNKNOWN`, `FILTER_INVALID`, `OPTION_INVALID`
 */
export const mixed = (listing: Listing): GraphOptions => {
  const { filter: given, orderby, search } = parsed(listing)
  const filter = given && memberTypes.reduce(daysWithTime, given)
  for (const name of listing.select ?? []) if (name !== '@odata.type') refuseUnlessOne({ select: [name] })
  if (filter) refuseUnlessOne({ filter })
  for (const order of orderby ?? []) refuseUnlessOne({ orderby: [order] })
  if (search) refuseUnlessOne({ search })
  return { ...listing, ...(filter && filter !== given ? { filter: printFilter(filter) } : {}), path: '/' }
}

/** Throws for what no type of member supports, with the message for users, since most members are users. */
const refuseUnlessOne = (parts: Parameters<typeof checkQuery>[0]): void => {
  const found = memberTypes.map(type => refusals(checkQuery(parts, type), true))
  // Graph supports isof in listings of directory objects; the check runs for a single type.
  const common = found[0]?.find(
    ({ property, kind, operator }) =>
      operator !== 'isof' &&
      found.every(findings => findings.some(other => other.property === property && other.kind === kind)),
  )
  if (common) refuse({ needsAdvanced: false, findings: [common] }, 'user')
}
