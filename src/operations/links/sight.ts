import type { OperationContext } from '../../core/operation.ts'
import type { ObjectType } from '../objects/types-of.ts'
import { isHidden, type GroupSeen } from './groups.ts'
import type { Link, Relation } from './link.ts'
import { firstPages, wholeListing } from './listing.ts'
import { directly } from './memberships.ts'

/** What was seen of links. */
interface Sight {
  /** Whether a link is there; undefined if the sign-in cannot see it. */
  readonly isThere: (link: Link) => boolean | undefined
  /** Number of links of a group; undefined if its list was not read to its end. */
  readonly sizeOf: (group: string) => number | undefined
}

/** For more links of one group than this, its whole list is read. For fewer, its first page, and then the groups of each object. */
const few = 100

/** Groups that were read, by id. */
type Groups = ReadonlyMap<string, GroupSeen>

/** What is needed to see links. */
interface Sighting {
  readonly relation: Relation
  readonly groups: Groups
  readonly types: ReadonlyMap<string, ObjectType>
  readonly context: OperationContext
}

/** Reads which of these links are there. Links of the same group are read together. */
export const linksSeen = async (links: readonly Link[], sighting: Sighting): Promise<Sight> => {
  const { relation, groups, types, context } = sighting
  const seen = new Map<Link, boolean | undefined>()
  const byGroup = Map.groupBy(links, ({ group }) => group)
  const sizes = new Map<string, number>()
  const small = [...byGroup].flatMap(([group, ofGroup]) => (ofGroup.length <= few ? [group] : []))
  const large = [...byGroup.keys()].filter(group => byGroup.get(group)!.length > few)
  /** Links that a page does not have, and whose group has more pages. */
  const open: Link[] = []

  const compare = (
    group: string,
    { has, size, isWhole }: { has(id: string): boolean; size: number; isWhole: boolean },
  ) => {
    if (isWhole) sizes.set(group, size)
    for (const link of byGroup.get(group)!) {
      const isThere = has(link.member)
      if (!isThere && !isWhole) open.push(link)
      else seen.set(link, isThere)
    }
  }
  await firstPages(small, relation, context, (group, listing) => {
    if (listing) compare(group, listing)
    else large.push(group)
  })
  for (const group of large) compare(group, await wholeListing(group, relation, context))

  // The plain list omits service principals.
  const omitted = links.filter(link => seen.get(link) === false && types.get(link.member) === 'servicePrincipal')
  const asked = [...open, ...omitted]
  const answers = asked.length > 0 ? await directly(asked, relation, types, context) : []
  const unread: Link[] = []
  asked.forEach((link, at) => {
    seen.set(link, answers[at])
    if (answers[at] === undefined && at < open.length) unread.push(link)
  })
  for (const link of unread) {
    const { has } = await wholeListing(link.group, relation, context)
    if (types.get(link.member) !== 'servicePrincipal' || has(link.member)) seen.set(link, has(link.member))
  }
  // A list that is empty because the memberships are hidden shows nothing.
  const isThere = (link: Link): boolean | undefined => {
    const found = seen.get(link)
    const isDark = found === false && sizes.get(link.group) === 0 && isHidden(groups.get(link.group)!, relation)
    return isDark ? undefined : found
  }
  return { isThere, sizeOf: group => sizes.get(group) }
}
