import { given } from '../../core/given.ts'
import type { GraphReply } from '../../core/graph.ts'
import type { Finding } from '../../core/operation.ts'
import { graphCode, graphMessage, requestIdOf } from '../../graph/refusal.ts'

/** What Graph's texts mean, and what to do. The first that fits holds. */
const fixes: readonly (readonly [text: RegExp, fix: string])[] = [
  [
    /same value for property userPrincipalName/i,
    'Choose another user principal name, or find the account that has it, live or deleted.',
  ],
  [
    /domain portion of the userPrincipalName/i,
    'Use a verified domain of the directory: `entrapipe export graph /domains` lists them.',
  ],
  [/password complexity/i, 'Use a longer password with upper and lower case letters, digits and symbols.'],
  [
    /on-premises mastered|on-premises.*sync/i,
    'Change it in Active Directory. The next synchronization brings it here.',
  ],
  [/mail-enabled security groups|distribution list/i, 'Change the members in Exchange.'],
  [/dynamic/i, 'The members of a dynamic group follow from its rule. Change the rule.'],
  [/link changes/i, 'Report this: a request had too many members.'],
  [/maximum quota count/i, 'The object has as many as the directory allows. Remove some first.'],
  [/last owner/i, 'Add another owner first.'],
  [/concurrent requests/i, 'Run `entrapipe runs retry`: another program changed the object at the same time.'],
  [
    /insufficient privileges/i,
    'Compare the permissions of the app with `entrapipe permissions`. A role-assignable group also requires RoleManagement.ReadWrite.Directory.',
  ],
  [/does not exist or one of its queried/i, 'Check the id: the object may have been deleted.'],
]

/** The result of a row that Graph refused, in Graph's words, with what to do. */
export const refused = (reply: GraphReply): Finding => {
  const message = graphMessage(reply) ?? `Graph answered with status ${reply.status}, without a reason.`
  return {
    outcome: 'failed',
    status: reply.status,
    message,
    ...given({
      code: graphCode(reply),
      requestId: requestIdOf(reply),
      fix: fixes.find(([text]) => text.test(message))?.[1],
    }),
  }
}

/** Whether a reply says that the request was performed. */
export const isDone = ({ status }: GraphReply): boolean => status >= 200 && status < 300

/** Whether a reply says that the object, or one that it refers to, does not exist (yet): the directory may lag behind. */
export const isMissing = (reply: GraphReply): boolean =>
  reply.status === 404 ||
  /source resource object or one of the objects being referenced/i.test(graphMessage(reply) ?? '')

/** Whether another request changes the object now. */
export const isBusy = (reply: GraphReply): boolean => graphCode(reply) === 'Directory_ConcurrencyViolation'
