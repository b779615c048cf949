import type { Finding, Operation, Values } from '../core/operation.ts'
import { groupMastery, isUnified, masteredOfGroup } from './groups/mastered.ts'
import { deletionOf } from './objects/deletion.ts'

const licensed = ({ assignedLicenses }: Values): Finding | undefined =>
  Array.isArray(assignedLicenses) && assignedLicenses.length > 0
    ? {
        outcome: 'failed',
        code: 'GROUP_LICENSED',
        message: 'The group assigns licences, so Graph does not delete it.',
        fix: 'Remove the licences of the group first.',
      }
    : undefined

/**
 * Deletes groups. Microsoft 365 groups stay in the bin for 30 days. Not every tenant keeps security groups there, so their
 * deletion counts as irreversible.
 *
 * @see https://learn.microsoft.com/graph/api/group-delete
 */
export const deleteGroup: Operation = {
  ...deletionOf({
    of: 'group',
    title: 'Delete groups',
    properties: [...groupMastery, 'mail', 'securityEnabled', 'assignedLicenses'],
    kept: group => masteredOfGroup(group) ?? licensed(group),
  }),
  irreversible: (_, before) => !isUnified(before),
}
