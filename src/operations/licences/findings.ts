import { given } from '../../core/given.ts'
import { joined } from '../../core/joined.ts'
import type { Finding } from '../../core/operation.ts'
import { conflictCode, type Conflict } from '../../licensing/conflicts.ts'
import type { LicenceChange, LicenceDecision } from '../../licensing/decisions/decision.ts'
import type { LicenceEffect } from '../../licensing/decisions/effect.ts'
import type { Seen } from '../objects/read-each.ts'
import { planNamed } from '../../licensing/shown-names.ts'
import type { LicenceRow } from './row.ts'

/** Whether a user has no usage location. */
export const lacksLocation = ({ usageLocation }: Seen): boolean => (usageLocation ?? '') === ''

/** Whether the command of a row can set a usage location: not one that changes or takes what users have, nor an undo. */
const takesLocation = (row: LicenceRow): boolean =>
  row['add'] === true || !['from', 'keep', 'enablePlans', 'disablePlans', 'direct'].some(name => name in row)

/** Why a user without a usage location gets no product; undefined if there is one, or a step before sets it. */
export const locationMissing = (seen: Seen, row: LicenceRow, { addLicenses }: LicenceChange): Finding | undefined =>
  addLicenses.length > 0 && lacksLocation(seen) && row['usageLocation'] === undefined
    ? {
        outcome: 'failed',
        code: 'USAGE_LOCATION_MISSING',
        message: 'The user has no usage location, and Graph assigns no product without one.',
        fix: takesLocation(row)
          ? 'Add --usage-location with a code such as DE, or set it with `entrapipe users update` first.'
          : 'Set it first, with `entrapipe users update` and a column usageLocation.',
      }
    : undefined

/** Why a change is not sent, since plans would conflict after it; undefined if none do. */
export const conflicting = ({ conflicts: [conflict] }: LicenceEffect): Finding | undefined => {
  return (
    conflict && {
      outcome: 'skipped',
      code: conflictCode,
      message: inWords(conflict),
      fix:
        conflict.kind === 'exclusive'
          ? 'Turn one of the two plans off, or remove the other product first.'
          : 'Change the product that has the needed plan in the same file.',
    }
  )
}

const inWords = (conflict: Conflict): string =>
  conflict.kind === 'exclusive'
    ? `The user would have ${planNamed(conflict.plan)} and ${planNamed(conflict.other)}, which exclude each other.`
    : `The user would have ${planNamed(conflict.plan)} without ${joined(conflict.anyOf.map(planNamed), 'or')}, which it needs.`

/** The result of a row for which nothing is sent. @param isInherited whether a group gives the product */
export const notChanged = (
  id: string,
  decision: Exclude<LicenceDecision, { readonly change: LicenceChange }>,
  isInherited: boolean,
): Finding =>
  'unchanged' in decision
    ? { outcome: 'unchanged', id, message: decision.unchanged }
    : {
        outcome: 'skipped',
        id,
        message: decision.skipped,
        ...(isInherited
          ? { code: 'LICENCE_INHERITED', fix: 'Change the licences of the group, or its members.' }
          : { code: 'LICENCE_MISSING', fix: 'Assign the product first.' }),
        ...given({ code: decision.code, fix: decision.fix }),
      }
