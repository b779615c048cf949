import type { Finding, Looked, Notable, OperationContext } from '../../core/operation.ts'
import { typesOf } from '../objects/types-of.ts'
import type { Seen } from '../objects/read-each.ts'
import { containersSeen, misfit, noContainer, noObject } from './containers.ts'
import { nameOf, nounOf, type LinkForm } from './form.ts'
import { containerIn, type Link, type LinkBefore } from './link.ts'
import { linksSeen } from './sight.ts'

/** Reads the objects on both sides and their links, and compares them with what the rows want. */
export const lookAtLinks = async (
  values: readonly Link[],
  form: LinkForm,
  wanted: boolean,
  context: OperationContext,
): Promise<readonly Looked<LinkBefore>[]> => {
  const ids = values.map(value => containerIn(form, value))
  const containers = await containersSeen(form, ids, context)
  const refusals = new Map(
    [...containers.values()].flatMap(owner => {
      const why = form.closed(owner)
      return why ? [[owner.id, why] as const] : []
    }),
  )
  const open = values.filter((_, at) => containers.has(ids[at]!) && !refusals.has(ids[at]!))
  const types = await typesOf(
    open.map(({ member }) => member),
    context,
  )
  const { isThere, sizeOf } = await linksSeen(open, { form, containers, types, context })

  const looked = values.map((value, at): Looked<LinkBefore> => {
    const owner = containers.get(ids[at]!)
    if (!owner) return noContainer(form, ids[at]!)
    const refused = refusals.get(owner.id)
    if (refused) return refused
    const linked = isThere(value) ?? null
    if (linked === wanted && (linked || types.has(value.member))) return asWanted(value, owner, form, linked)
    const type = types.get(value.member)
    if (type === undefined) return noObject(value.member)
    const why = wanted ? (ownMember(form, value) ?? misfit(form, owner, type)) : undefined
    return why ?? { send: { linked } }
  })
  if (wanted) return looked
  const sent = Map.groupBy(
    values.filter((_, at) => 'send' in looked[at]!),
    value => containerIn(form, value),
  )
  return looked.map((each, at) => {
    const value = values[at]!
    if (!('send' in each)) return each
    const ofOwner = sent.get(ids[at]!)!
    const isLast = value === ofOwner.at(-1) && ofOwner.length === sizeOf(ids[at]!)
    return { ...each, notable: notableLink(form, containers.get(ids[at]!)!, isLast) }
  })
}

const notableLink = ({ relation }: LinkForm, { assignedLicenses }: Seen, isLast: boolean): readonly Notable[] => {
  if (relation === 'owners') return isLast ? ['last-owner'] : []
  return Array.isArray(assignedLicenses) && assignedLicenses.length > 0 ? ['licensing'] : []
}

const asWanted = ({ member }: Link, owner: Seen, form: LinkForm, linked: boolean): Finding => {
  const noun = `${nounOf(form) === 'owner' ? 'an owner' : 'a member'} of ${nameOf(owner)}`
  return { outcome: 'unchanged', id: member, message: linked ? `Already ${noun}.` : `Not ${noun}.` }
}

const ownMember = (form: LinkForm, value: Link): Finding | undefined =>
  form.of === 'group' && containerIn(form, value) === value.member
    ? {
        outcome: 'failed',
        code: 'TYPE_NOT_ALLOWED',
        message: 'A group cannot be a member of itself.',
        fix: 'Remove the row.',
      }
    : undefined
