import type { Finding, Looked, Notable, OperationContext } from '../../core/operation.ts'
import { typesOf } from '../objects/types-of.ts'
import { closed, groupsSeen, misfit, nameOf, noGroup, noObject, type GroupSeen } from './groups.ts'
import { nounOf, type Link, type LinkBefore, type Relation } from './link.ts'
import { linksSeen } from './sight.ts'

/** Reads the groups, the objects and their links, and compares them with what the rows want. */
export const lookAtLinks = async (
  values: readonly Link[],
  relation: Relation,
  wanted: boolean,
  context: OperationContext,
): Promise<readonly Looked<LinkBefore>[]> => {
  const groups = await groupsSeen(
    values.map(({ group }) => group),
    context,
  )
  const refusals = new Map(
    [...groups.values()].flatMap(group => {
      const why = closed(group, relation)
      return why ? [[group.id, why] as const] : []
    }),
  )
  const open = values.filter(({ group }) => groups.has(group) && !refusals.has(group))
  const types = await typesOf(
    open.map(({ member }) => member),
    context,
  )
  const { isThere, sizeOf } = await linksSeen(open, { relation, groups, types, context })

  const looked = values.map((value): Looked<LinkBefore> => {
    const group = groups.get(value.group)
    if (!group) return noGroup(value.group)
    const refused = refusals.get(group.id)
    if (refused) return refused
    const linked = isThere(value) ?? null
    if (linked === wanted && (linked || types.has(value.member))) return asWanted(value, group, relation, linked)
    const type = types.get(value.member)
    if (type === undefined) return noObject(value.member)
    const why = wanted ? (ownMember(value) ?? misfit(group, relation, type)) : undefined
    return why ?? { send: { linked } }
  })
  if (wanted) return looked
  const sent = Map.groupBy(
    values.filter((_, at) => 'send' in looked[at]!),
    ({ group }) => group,
  )
  return looked.map((each, at) => {
    const value = values[at]!
    if (!('send' in each)) return each
    const ofGroup = sent.get(value.group)!
    const isLast = value === ofGroup.at(-1) && ofGroup.length === sizeOf(value.group)
    return { ...each, notable: notableLink(groups.get(value.group)!, relation, isLast) }
  })
}

const notableLink = ({ assignedLicenses }: GroupSeen, relation: Relation, isLast: boolean): readonly Notable[] => {
  if (relation === 'owners') return isLast ? ['last-owner'] : []
  return (assignedLicenses ?? []).length > 0 ? ['licensing'] : []
}

const asWanted = ({ member }: Link, group: GroupSeen, relation: Relation, linked: boolean): Finding => {
  const noun = `${nounOf(relation) === 'owner' ? 'an owner' : 'a member'} of ${nameOf(group)}`
  return { outcome: 'unchanged', id: member, message: linked ? `Already ${noun}.` : `Not ${noun}.` }
}

const ownMember = ({ group, member }: Link): Finding | undefined =>
  group === member
    ? {
        outcome: 'failed',
        code: 'TYPE_NOT_ALLOWED',
        message: 'A group cannot be a member of itself.',
        fix: 'Remove the row.',
      }
    : undefined
