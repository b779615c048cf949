import { masteredOfGroup, groupMastery } from './groups/mastered.ts'
import { updateOf } from './objects/update.ts'

/**
 * Changes properties of groups.
 *
 * @see https://learn.microsoft.com/graph/api/group-update
 */
export const updateGroup = updateOf({
  of: 'group',
  title: 'Update groups',
  mastery: groupMastery,
  mastered: (_, group) => masteredOfGroup(group),
})
