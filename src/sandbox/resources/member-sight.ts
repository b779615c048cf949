import type { Directory, Kind, Reference } from '../directory/types.ts'
import type { Caller } from '../protocol.ts'

/** The groups and administrative units whose members a caller can see. */
export interface MemberSight {
  /** Whether the caller sees the members of all of them. */
  readonly all: boolean
  readonly of: (container: Reference) => boolean
}

const hideable: ReadonlySet<Kind> = new Set(['group', 'administrativeUnit'])

/**
 * If the visibility of a group or an administrative unit is `HiddenMembership`, its members require Member.Read.Hidden;
 * Directory.Read.All and Directory.ReadWrite.All are not enough. Listing them without it is refused. An object's own groups
 * and membership checks omit such groups, as the service was observed to do. For `$expand` and delta nothing is documented:
 * they omit what no list would show. Such a group reveals no nested members either.
 *
 * @see https://learn.microsoft.com/graph/permissions-reference
 * @see https://learn.microsoft.com/graph/api/administrativeunit-list-members
 * @see https://learn.microsoft.com/graph/api/directoryobject-checkmembergroups?view=graph-rest-beta
 * @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/12552
 * @see https://github.com/microsoftgraph/microsoft-graph-docs/issues/12285
 */
export const memberSight = (directory: Directory, { permissions }: Caller): MemberSight => {
  if (permissions.has('Member.Read.Hidden')) return { all: true, of: () => true }
  return {
    all: false,
    of: ({ kind, id }) =>
      !hideable.has(kind) ||
      !directory.collection(kind).matches(id, container => container['visibility'] === 'HiddenMembership'),
  }
}
