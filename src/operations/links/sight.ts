import type { OperationContext } from '../../core/operation.ts'
import type { ObjectType } from '../objects/types-of.ts'
import { isHidden, type Containers } from './containers.ts'
import type { LinkForm } from './form.ts'
import { containerIn, type Link } from './link.ts'
import { firstPages, wholeListing } from './listing.ts'
import { directly } from './memberships.ts'

/** What was seen of links. */
interface Sight {
  /** Whether a link is there; undefined if the sign-in cannot see it. */
  readonly isThere: (link: Link) => boolean | undefined
  /** Number of links of an object; undefined if its list was not read to its end. */
  readonly sizeOf: (owner: string) => number | undefined
}

/** For more links of one object than this, its whole list is read. For fewer, its first page, and then what each member is linked to. */
const few = 100

/** What is needed to see links. */
interface Sighting {
  readonly form: LinkForm
  readonly containers: Containers
  readonly types: ReadonlyMap<string, ObjectType>
  readonly context: OperationContext
}

/** Reads which of these links are there. Links of the same object are read together. */
export const linksSeen = async (links: readonly Link[], sighting: Sighting): Promise<Sight> => {
  const { form, containers, types, context } = sighting
  const seen = new Map<Link, boolean | undefined>()
  const byOwner = Map.groupBy(links, link => containerIn(form, link))
  const sizes = new Map<string, number>()
  const small = [...byOwner].flatMap(([owner, own]) => (own.length <= few ? [owner] : []))
  const large = [...byOwner.keys()].filter(owner => byOwner.get(owner)!.length > few)
  /** Links that a page does not have, and whose list has more pages. */
  const open: Link[] = []

  const compare = (
    owner: string,
    { has, size, isWhole }: { has(id: string): boolean; size: number; isWhole: boolean },
  ) => {
    if (isWhole) sizes.set(owner, size)
    for (const link of byOwner.get(owner)!) {
      const isThere = has(link.member)
      if (!isThere && !isWhole) open.push(link)
      else seen.set(link, isThere)
    }
  }
  await firstPages(form, small, context, (owner, listing) => {
    if (listing) compare(owner, listing)
    else large.push(owner)
  })
  for (const owner of large) compare(owner, await wholeListing(form, owner, context))

  // The plain lists of groups omit service principals.
  const isOmitted = (link: Link): boolean => form.of === 'group' && types.get(link.member) === 'servicePrincipal'
  const omitted = links.filter(link => seen.get(link) === false && isOmitted(link))
  const asked = [...open, ...omitted]
  const answers = asked.length > 0 ? await directly(asked, form, types, context) : []
  const unread: Link[] = []
  asked.forEach((link, at) => {
    seen.set(link, answers[at])
    if (answers[at] === undefined && at < open.length) unread.push(link)
  })
  for (const link of unread) {
    const { has } = await wholeListing(form, containerIn(form, link), context)
    if (!isOmitted(link) || has(link.member)) seen.set(link, has(link.member))
  }
  // A list that is empty because the memberships are hidden shows nothing.
  const isThere = (link: Link): boolean | undefined => {
    const found = seen.get(link)
    const isDark =
      found === false &&
      sizes.get(containerIn(form, link)) === 0 &&
      isHidden(form, containers.get(containerIn(form, link))!)
    return isDark ? undefined : found
  }
  return { isThere, sizeOf: owner => sizes.get(owner) }
}
