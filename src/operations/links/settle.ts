import type { GraphReply } from '../../core/graph.ts'
import type { Ready, Verdict } from '../../core/operation.ts'
import { graphMessage } from '../../graph/refusal.ts'
import { isBusy, isDone, isMissing, isOfWholeGroup, refused } from '../replies/refused.ts'
import type { LinkForm } from './form.ts'
import { containerIn, type Link, type LinkBefore } from './link.ts'

type ReadyLink = Ready<Link, LinkBefore>

const alreadyThere = /references already exist/i

/** The results of a request that adds links, which was performed for all rows or for none. */
export const settleAddition = (form: LinkForm, rows: readonly ReadyLink[], reply: GraphReply): readonly Verdict[] => {
  if (isDone(reply)) return rows.map(({ value }) => ({ outcome: 'done', id: value.member }))
  if (isBusy(reply)) return rows.map(() => 'apart')
  if (isOfWholeGroup(reply)) return rows.map(() => refused(reply))
  const message = (graphMessage(reply) ?? '').toLowerCase()
  const [first] = rows
  if (first && isMissing(reply) && message.includes(containerIn(form, first.value))) return rows.map(() => 'later')
  // The reply may name the links at fault. If it names none, halves of the request find them.
  const isNamed = ({ value }: ReadyLink): boolean => rows.length === 1 || message.includes(value.member)
  const isContested = alreadyThere.test(message) && rows.every(({ lost }) => !lost)
  return rows.map(row => (isNamed(row) ? atFault(row, reply, message) : isContested ? 'contested' : 'apart'))
}

const atFault = ({ value: { member }, lost }: ReadyLink, reply: GraphReply, message: string): Verdict => {
  if (alreadyThere.test(message))
    return lost
      ? 'undecided'
      : { outcome: 'unchanged', id: member, message: 'The link exists: somebody else added it.' }
  return isMissing(reply) ? 'later' : refused(reply)
}

/** The result of a request that removes a link. */
export const settleRemoval = ([row]: readonly ReadyLink[], reply: GraphReply): readonly Verdict[] => {
  const { value, lost } = row!
  if (isDone(reply)) return [{ outcome: 'done', id: value.member }]
  if (isBusy(reply)) return ['apart']
  // Before, the link was there: another replica does not show it yet, or an earlier attempt removed it.
  if (isMissing(reply)) return [lost ? 'undecided' : 'later']
  return [refused(reply)]
}
