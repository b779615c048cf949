import type { Directory } from '../directory/types.ts'
import { GraphFault } from '../protocol.ts'
import { asAssignments, asKind, asOwnedLinks } from './control-input.ts'

/**
 * The ledger of truth in bulk: `truth?kind=…` the changed objects, `truth/links?kind=…&id=…&relation=…` the changed links of an
 * object, `truth/assignments?family=…` the changed assignments of roles, `&of=…` those of one role. Undefined for any other path: the history of one object.
 *
 * @param rest the path below `truth/`
 * @throws GraphFault when the query is invalid, or the owner of links never existed
 */
export const truthLines = (
  directory: Directory,
  rest: string,
  query: URLSearchParams,
): Iterable<unknown> | undefined => {
  if (rest === '') return directory.truthOf(asKind(query))
  if (rest === 'assignments') {
    const { family, of } = asAssignments(query)
    return directory.assignmentTruth(family, of)
  }
  if (rest !== 'links') return undefined
  const { kind, id, relation } = asOwnedLinks(query)
  if (directory.truth(id)?.kind !== kind)
    throw new GraphFault(404, 'Request_ResourceNotFound', `No ${kind} with id ${id} has ever existed`)
  return directory.linkTruth(kind, id, relation)
}
