import type { Author, Change, Mutation } from '../directory/types.ts'
import type { Call } from './call.ts'

/** The request as the author of changes. */
export const authorOf = ({ request }: Pick<Call, 'request'>): Author => ({
  request: request.requestId ?? '',
  ...(request.clientRequestId === undefined ? {} : { client: request.clientRequestId }),
})

/** Performs changes of a request, all or none, with the request as their author. @throws GraphFault 404, 400 */
export const commit = (call: Call, mutations: readonly Mutation[]): readonly Change[] =>
  call.directory.commit(mutations, authorOf(call))
