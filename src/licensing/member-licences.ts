import { EntrapipeError } from '../core/errors.ts'
import type { Graph } from '../core/graph.ts'
import type { Fields } from '../core/json.ts'
import { licencesOf, type UserLicences } from './user-licences.ts'

/** A user who is a direct member of a group. */
export interface LicensedMember {
  readonly id: string
  /** The user principal name; the id if there is none. */
  readonly name: string
  readonly displayName: string | null
  readonly licences: UserLicences
}

const facts = 'id,userPrincipalName,displayName,assignedLicenses,licenseAssignmentStates'
const rowsPerPage = 999
const ofUsers = '#microsoft.graph.user'

/**
 * Reads the users in a list of a group with their licences, page by page. The plain list does not lag, as an advanced query does. Members of nested
 * groups are not in it: group-based licensing gives them nothing.
 *
 * @param list `members`, or `membersWithLicenseErrors`, which has users alone
 * @throws EntrapipeError `NOT_PERMITTED` if properties of the members may not be read
 * @see https://learn.microsoft.com/graph/api/group-list-members
 */
export async function* memberLicences(
  graph: Pick<Graph, 'pages' | 'tenant'>,
  group: string,
  signal: AbortSignal,
  list: 'members' | 'membersWithLicenseErrors' = 'members',
): AsyncGenerator<readonly LicensedMember[]> {
  const link = `/groups/${group}/${list}?$select=${facts}&$top=${rowsPerPage}`
  for await (const { values } of graph.pages<Fields>(link, { signal })) {
    const users = values.filter(({ '@odata.type': type }) => list === 'membersWithLicenseErrors' || type === ofUsers)
    yield users.map(memberOf)
  }
}

/** Licences that may not be read would seem to be none. @throws EntrapipeError `NOT_PERMITTED` */
export const expectLicences = (user: Fields): void => {
  if (user['licenseAssignmentStates'] === undefined)
    throw new EntrapipeError(
      'NOT_PERMITTED',
      'The licences of members may not be read: Graph returned only their ids.',
      {
        fix: 'Grant User.Read.All.',
      },
    )
}

const memberOf = (user: Fields): LicensedMember => {
  expectLicences(user)
  const { userPrincipalName, displayName } = user
  const id = String(user['id'])
  return {
    id,
    name: typeof userPrincipalName === 'string' ? userPrincipalName : id,
    displayName: typeof displayName === 'string' ? displayName : null,
    licences: licencesOf(user),
  }
}
