import type { Decision, OperationContext, Sent } from '../../core/operation.ts'
import { seenAfterLoss } from '../replies/verdicts.ts'
import { typesOf } from '../objects/types-of.ts'
import { groupsSeen, noGroup } from './groups.ts'
import type { Link, LinkBefore, Relation } from './link.ts'
import { linksSeen } from './sight.ts'

type SentLink = Sent<Link, LinkBefore>

/** Decides rows whose reply was lost, from the plain lists of their groups, which are read once for all of them. */
export const decideLinks = async (
  rows: readonly SentLink[],
  relation: Relation,
  wanted: boolean,
  context: OperationContext,
): Promise<readonly Decision[]> => {
  const values = rows.map(({ value }) => value)
  const groups = await groupsSeen(
    values.map(({ group }) => group),
    context,
  )
  const there = values.filter(({ group }) => groups.has(group))
  const types = await typesOf(
    there.map(({ member }) => member),
    context,
  )
  const isThere = await linksSeen(there, { relation, groups, types, context })
  const asWanted = new Map(
    rows.map(row => [row, groups.has(row.value.group) ? isThere(row.value) === wanted : undefined]),
  )
  const mixed = mixedRequests(rows, asWanted)
  return rows.map((row): Decision => {
    const { group, member } = row.value
    if (!groups.has(group))
      return { unknown: `No reply came, and then the group was deleted. ${noGroup(group).message}` }
    if (isThere(row.value) === undefined)
      return { unknown: 'No reply came, and the sign-in cannot see the membership.' }
    if (row.request !== undefined && mixed.has(row.request))
      return {
        unknown: `No reply came, and only some links of the request are there: somebody else changed the ${relation} of the group at the same time.`,
      }
    return asWanted.get(row) ? seenAfterLoss(member) : 'not-done'
  })
}

/** Requests of which only some rows are as wanted. A request is performed for all of its rows or for none. */
const mixedRequests = (
  rows: readonly SentLink[],
  asWanted: ReadonlyMap<SentLink, boolean | undefined>,
): ReadonlySet<string> => {
  const mixed = new Set<string>()
  for (const [request, ofRequest] of Map.groupBy(rows, row => row.request))
    if (request !== undefined && new Set(ofRequest.map(row => asWanted.get(row))).size > 1) mixed.add(request)
  return mixed
}
