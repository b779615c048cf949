import type { Directory, Kind, Reference } from '../directory/types.ts'
import type { Caller } from '../protocol.ts'

/** Of which groups and administrative units a caller sees who their members are. */
export interface MemberSight {
  /** Of every one. */
  readonly all: boolean
  readonly of: (container: Reference) => boolean
}

const hideable: ReadonlySet<Kind> = new Set(['group', 'administrativeUnit'])

/**
 * Where the visibility of a group or an administrative unit is `HiddenMembership`, only Member.Read.Hidden shows its members;
 * Directory.Read.All and Directory.ReadWrite.All do not. To list them without it is refused. In an object's own groups, in
 * checks and in answers of the kind "which of these" such groups are left out, as was seen of the service; of `$expand` and
 * delta nothing is documented, and they leave out what no list would show. Nothing is reached through such a group either.
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
