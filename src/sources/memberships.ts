import { given } from '../core/given.ts'
import type { Fields } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import { expectOptions, optional, someText, someTexts, trueOrFalse } from '../data/expect-options.ts'
import { groupsAsked, type GroupsAsked } from './graph/groups-asked.ts'
import { listingOptions } from './graph/listing-options.ts'
import { memberParts } from './graph/member-parts.ts'
import { mixed } from './graph/mixed-listing.ts'
import { ofEach } from './graph/of-each.ts'
import { relatedRows, typeIn } from './graph/related-row.ts'

/** Options of `memberships`. */
export interface MembershipsOptions extends GroupsAsked {
  /** Whether to include members of nested groups. @default false */
  readonly transitive?: boolean
  /** Properties of the members. @default displayName, userPrincipalName */
  readonly select?: readonly string[]
  /** Whether huge groups are read in parts, by advanced queries, whose index lags. @default true */
  readonly parts?: boolean
}

/** Columns of a membership before those of the member. */
export const membershipColumns = ['groupId', 'groupName', 'memberId', 'memberType'] as const
/** The properties of a member that are read if none are selected. */
export const memberDefaults = ['displayName', 'userPrincipalName'] as const

/**
 * Lists the members of many groups: a row for each, in the order of the groups, with `groupId`, `groupName`, `memberId`, `memberType`
 * (`user`, `group`, `device` …) and the selected properties of the member. Keys are `<group id>/<member id>`. See `ofEach` for requests,
 * memory and completeness. Groups whose membership is hidden from the sign-in are named in the reason.
 *
 * @throws EntrapipeError `PROPERTY_UNKNOWN`, `FILTER_INVALID` or `OPTION_INVALID` at once; `GROUP_UNKNOWN`, `GROUP_AMBIGUOUS`
 * @see https://learn.microsoft.com/graph/api/group-list-members
 * @see https://learn.microsoft.com/graph/api/group-list-transitivemembers
 */
export const memberships = (options: MembershipsOptions = {}): Source<Fields> => {
  expectOptions('memberships', options, {
    group: optional,
    filter: someText,
    groups: optional,
    transitive: trueOrFalse,
    select: someTexts,
    parts: trueOrFalse,
    top: listingOptions.top,
  })
  const { transitive = false, parts = true, top } = options
  const { columns, own, select, row } = relatedRows(
    {
      groupId: group => group.id,
      groupName: group => group['displayName'] ?? null,
      memberId: (_, member) => member.id,
      memberType: (_, member) => typeIn(member),
    },
    options.select ?? memberDefaults,
  )
  mixed({ select: own })
  const pathOf = (id: string): string => `/groups/${id}/${transitive ? 'transitiveMembers' : 'members'}`
  return ofEach({
    kind: 'memberships',
    objects: groupsAsked(options),
    words: { object: 'group', entries: transitive ? 'transitive members' : 'members', omits: true },
    pathOf,
    ...(parts && { partsOf: (id: string) => memberParts({ path: pathOf(id), select, top }) }),
    select,
    ...given({ top }),
    row,
    columns,
  })
}
