import { objectKinds } from '../../core/object-kinds.ts'
import type { Decision, OperationContext, Sent } from '../../core/operation.ts'
import { fewestWitnesses } from '../../core/witnesses.ts'
import { doubtOf, madeByWhom, seenAfterLoss } from '../replies/verdicts.ts'
import { typesOf } from '../objects/types-of.ts'
import { containersSeen, noContainer } from './containers.ts'
import type { LinkForm } from './form.ts'
import { containerIn, type Link, type LinkBefore } from './link.ts'
import { linksSeen } from './sight.ts'

type SentLink = Sent<Link, LinkBefore>

/**
 * Decides rows whose reply was lost, from the plain lists of the objects that have the links, which are read once for all of them.
 *
 * A list shows that a link is gone, and not who removed it; nor does a removal that is sent again, which is refused as missing either
 * way. A list that is read just before the request only makes the moment shorter in which somebody else may come first.
 */
export const decideLinks = async (
  rows: readonly SentLink[],
  form: LinkForm,
  wanted: boolean,
  context: OperationContext,
): Promise<readonly Decision[]> => {
  const values = rows.map(({ value }) => value)
  const ids = values.map(value => containerIn(form, value))
  const containers = await containersSeen(form, ids, context)
  const there = values.filter(value => containers.has(containerIn(form, value)))
  const types = await typesOf(
    there.map(({ member }) => member),
    context,
  )
  const { isThere } = await linksSeen(there, { form, containers, types, context })
  const asWanted = new Map(
    rows.map(row => [row, containers.has(containerIn(form, row.value)) ? isThere(row.value) === wanted : undefined]),
  )
  const shares = sharesAsWanted(rows, asWanted)
  return rows.map((row): Decision => {
    const { member } = row.value
    const id = containerIn(form, row.value)
    if (!containers.has(id))
      return {
        unknown: `No reply came, and then the ${objectKinds[form.of].word} was deleted. ${noContainer(form, id).message}`,
      }
    if (isThere(row.value) === undefined)
      return { unknown: 'No reply came, and the sign-in cannot see the membership.' }
    const share = shares.get(row)!
    const isMixed = share.asWanted > 0 && share.asWanted < share.of
    if (isMixed && share.of >= (doubtOf(row) ? fewestWitnesses : 2)) return ofMixed(row, share, asWanted.get(row)!)
    return asWanted.get(row) ? madeByWhom(row, member, share.of) : 'not-done'
  })
}

/** How many links of a request are as wanted. */
interface Share {
  readonly of: number
  readonly asWanted: number
}

const sharesAsWanted = (
  rows: readonly SentLink[],
  asWanted: ReadonlyMap<SentLink, boolean | undefined>,
): ReadonlyMap<SentLink, Share> => {
  const shares = new Map<SentLink, Share>()
  for (const [request, ofRequest] of Map.groupBy(rows, row => row.request)) {
    const share = { of: ofRequest.length, asWanted: ofRequest.filter(row => asWanted.get(row)).length }
    for (const row of ofRequest) shares.set(row, request === undefined ? { of: 1, asWanted: 1 } : share)
  }
  return shares
}

/** Of the links of a request, at most this share is changed by somebody else. */
const mostByOthers = 0.25

/** A request is performed for all of its rows or for none, so most of them tell, and somebody else changed the few others. */
const ofMixed = ({ value: { member } }: SentLink, { of, asWanted }: Share, isAsWanted: boolean): Decision => {
  if (asWanted <= of * mostByOthers)
    return isAsWanted
      ? {
          outcome: 'unchanged',
          id: member,
          message: 'Somebody else made this change: the request was not performed, as the other links show.',
        }
      : 'not-done'
  if (of - asWanted <= of * mostByOthers) return seenAfterLoss(member)
  return {
    unknown: `No reply came, and ${asWanted} of the ${of} links of the request are as wanted: somebody else changed some of them at the same time.`,
  }
}
