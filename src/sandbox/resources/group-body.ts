import type { Fields } from '../../core/json.ts'
import { bindsOf, boundObject } from './binds.ts'
import type { Call } from './call.ts'
import { groupFaults } from './group-faults.ts'
import type { GroupRelation, NamedLinks } from './group-links.ts'
import { readOptions } from './options.ts'
import type { NamedObject } from './reference-address.ts'
import { readBody } from './write-body.ts'
import { writeFaults } from './write-faults.ts'

/** What a request asks of a group. */
export interface GroupBody {
  /** Properties, named as in the schema. */
  readonly values: Fields
  readonly links: NamedLinks
}

/** The most links that one request changes. @see https://learn.microsoft.com/graph/api/group-post-members */
const maxLinks = 20

/**
 * Reads the properties of a group, and the members and owners that are bound to it.
 *
 * @throws GraphFault 400 for an unknown property or a value of another type, for more than 20 links, for an empty list, and
 *   for what is not the address of an object
 */
export const groupBody = ({ directory, request }: Call): GroupBody => {
  readOptions(request, [])
  const values = readBody(directory, 'group', request.body)
  const links: { [relation in GroupRelation]: readonly NamedObject[] } = { members: [], owners: [] }
  for (const [relation, given] of bindsOf(request.body, ['members', 'owners']))
    links[relation] = bound(relation, given, request.root)
  if (links.members.length + links.owners.length > maxLinks) throw groupFaults.tooManyLinks()
  return { values, links }
}

const bound = (relation: GroupRelation, given: unknown, root: string): readonly NamedObject[] => {
  if (!Array.isArray(given)) throw writeFaults.bindInvalid(relation)
  if (given.length === 0) throw groupFaults.bindEmpty()
  return given.map((address: unknown) => boundObject(relation, address, root))
}
