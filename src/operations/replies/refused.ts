import { asSentence } from '../../core/as-sentence.ts'
import { given } from '../../core/given.ts'
import type { GraphReply } from '../../core/graph.ts'
import type { Finding } from '../../core/operation.ts'
import { graphCode, graphMessage, requestIdOf } from '../../graph/refusal.ts'
import { refusals, type Refusal } from './refusals.ts'

const explain = (reply: GraphReply): Refusal | undefined => {
  const said = `${graphCode(reply) ?? ''} ${graphMessage(reply) ?? ''}`
  return refusals.find(({ text }) => text.test(said))
}

/** The result of a row that Graph refused, in its words and ours, with what to do. */
export const refused = (reply: GraphReply): Finding => {
  const known = explain(reply)
  const said = asSentence(graphMessage(reply) ?? `Graph answered with status ${reply.status}, without a reason`)
  return {
    outcome: 'failed',
    status: reply.status,
    code: graphCode(reply) ?? 'GRAPH_REFUSED',
    message: known?.cause === undefined ? said : `${known.cause} Graph: ${said}`,
    fix: known?.fix ?? 'Look up the message in the reference of Microsoft Graph, and correct the row.',
    ...given({ requestId: requestIdOf(reply) }),
  }
}

/** Whether a reply says that the request was performed. */
export const isDone = ({ status }: GraphReply): boolean => status >= 200 && status < 300

/** Whether the object, or one that it refers to, does not exist, or is not shown yet by the replica that answered. */
export const isMissing = (reply: GraphReply): boolean =>
  reply.status === 404 || /one of the objects being referenced do/i.test(graphMessage(reply) ?? '')

/** Whether another request changes the object at the moment. */
export const isBusy = (reply: GraphReply): boolean => graphCode(reply) === 'Directory_ConcurrencyViolation'

/** Whether the sign-in may not make this change. */
export const isDenied = (reply: GraphReply): boolean =>
  reply.status === 403 && /insufficient privileges|required MSGraph permissions/i.test(graphMessage(reply) ?? '')

/** Whether a refusal is about the group, so that no link of it can be changed. */
export const isOfWholeGroup = (reply: GraphReply): boolean => explain(reply)?.ofGroup === true

/** Whether another object has the value of this unique property. */
export const isConflict = (reply: GraphReply, property: string): boolean =>
  reply.status === 400 &&
  new RegExp(`same value for property ${property} already exists`, 'i').test(graphMessage(reply) ?? '')
