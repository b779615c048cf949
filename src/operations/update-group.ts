import type { Operation } from '../core/operation.ts'
import { idIn } from './objects/one.ts'
import { masteredOfGroup, groupMastery } from './groups/mastered.ts'
import { updateOf } from './objects/update.ts'

/**
 * Changes properties of groups.
 *
 * @see https://learn.microsoft.com/graph/api/group-update
 */
export const updateGroup: Operation = {
  ...updateOf({
    of: 'group',
    title: 'Update groups',
    mastery: groupMastery,
    mastered: (_, group) => masteredOfGroup(group),
  }),
  touches: value => [idIn('group', value)],
}
