import type { Operation, Values } from '../core/operation.ts'
import { idIn } from './objects/one.ts'
import { groupMastery, isDynamic, masteredOfGroup } from './groups/mastered.ts'
import { updateOf } from './objects/update.ts'

const update = updateOf({
  of: 'group',
  title: 'Update groups',
  mastery: groupMastery,
  mastered: (_, group) => masteredOfGroup(group),
  // Its members are gone, and without a state the rule would not bring new ones.
  derived: {
    from: wanted => (isDynamic(wanted) ? ['membershipRuleProcessingState'] : []),
    values: (wanted, before) =>
      isDynamic(wanted) && !isDynamic(before) ? { membershipRuleProcessingState: 'On' } : {},
  },
})

/** A group that becomes dynamic loses all its members. */
const losesMembers = ({ properties }: Values, before: Values): boolean =>
  isDynamic(properties as Values) && !isDynamic(before)

/**
 * Changes properties of groups. A change that makes a group dynamic cannot be undone, because its members are replaced.
 *
 * @see https://learn.microsoft.com/graph/api/group-update
 * @see https://learn.microsoft.com/entra/identity/users/groups-change-type
 */
export const updateGroup: Operation = {
  ...update,
  lasts: 'The group became dynamic, so its members were replaced and cannot be put back.',
  touches: value => [idIn('group', value)],
  irreversible: losesMembers,
  inverse: (value, before, id) => (losesMembers(value, before) ? undefined : update.inverse!(value, before, id)),
}
