import type { Directory } from '../directory/types.ts'
import { GraphFault } from '../protocol.ts'
import { asAssignments, asKind, asOwnedLinks } from './control-input.ts'

/**
 * The ledger of truth in bulk: `truth?kind=…` the changed objects, `truth/links?kind=…&id=…&relation=…` the changed links of an
 * object, `truth/assignments?family=…` the changed assignments of roles, `&of=…` those of one role. `truth/licences`
 * the licences of users that were changed, `?user=` those of one user, by id or name. Undefined for any other path: the history of one object.
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
  if (rest === 'licences') return directory.licences.truth(userIn(directory, query))
  if (rest !== 'links') return undefined
  const { kind, id, relation } = asOwnedLinks(query)
  if (directory.truth(id)?.kind !== kind)
    throw new GraphFault(404, 'Request_ResourceNotFound', `No ${kind} with id ${id} has ever existed`)
  return directory.linkTruth(kind, id, relation)
}

/** The user that the query names. @throws GraphFault 404 */
const userIn = (directory: Directory, query: URLSearchParams): string | undefined => {
  const name = query.get('user')
  if (name === null) return undefined
  const found = directory.collection('user').find('userPrincipalName', name, 'truth')?.id ?? name.toLowerCase()
  if (directory.truth(found)?.kind !== 'user')
    throw new GraphFault(404, 'Request_ResourceNotFound', `No user ${name} has ever existed`)
  return found
}
