import type { Change, Mutation } from '../directory/types.ts'
import type { Call } from './call.ts'

/** Performs changes of a request, all or none, with the request as their author. @throws GraphFault 404, 400 */
export const commit = ({ directory, request }: Call, mutations: readonly Mutation[]): readonly Change[] =>
  directory.commit(mutations, {
    request: request.requestId ?? '',
    ...(request.clientRequestId === undefined ? {} : { client: request.clientRequestId }),
  })
