import type { Fields } from '../../core/json.ts'
import { objectKinds } from '../../core/object-kinds.ts'
import type { Decision, Finding, Looked, Operation, Values } from '../../core/operation.ts'
import { licenceError } from '../../data/licence-errors.ts'
import { isActive, isOlder, licencesOf, unitsOf } from '../../licensing/user-licences.ts'
import { notFound } from '../objects/one.ts'
import { expectOnly, textOf } from '../values/expect.ts'
import { withProductIds } from './completed.ts'
import { usersSeen } from './look.ts'
import { acceptLicence, ofLicences, type LicenceRow } from './row.ts'
import { productNamed } from '../../licensing/shown-names.ts'
import { settleReprocessing } from './settle-reprocessing.ts'
import { productUnits } from './units.ts'

/** A product that a group gives to a user who has become its member. */
export interface AwaitedRow extends LicenceRow {
  /** Id or name of the group. */
  readonly group: string
}

/** What was read of a user before it is waited for. */
export interface AwaitedBefore extends Values {
  /** The product, if the user will take a unit of it. */
  readonly takes: readonly string[]
}

const kind = 'await-license'

/** Group-based licensing usually takes seconds. The pages of Microsoft name no time; this is an hour. */
const longestWaitMs = 3_600_000

const common = ofLicences(kind)

/**
 * What a group has made of it; undefined while it has not ended.
 *
 * @param user undefined if it does not exist
 * @param sinceMs errors from before are not its end: they are of an earlier membership, or of what was corrected meanwhile
 */
const stateOf = (
  { user: id, sku, group }: AwaitedRow,
  user: Fields | undefined,
  sinceMs: number | undefined,
): Finding | undefined => {
  if (!user) return notFound('user', id)
  const given = licencesOf(user)
    .inherited.get(sku)
    ?.find(each => each.group === group.toLowerCase())
  const name = productNamed(sku)
  // With an error, what it gave before stays: only a later change of the group failed.
  if (isActive(given)) return { outcome: 'unchanged', id, message: `The group gives ${name}.` }
  if (given === undefined || given.error === null || isOlder(given, sinceMs)) return undefined
  const { meaning, fix } = licenceError(given.error)
  return { outcome: 'failed', id, code: given.error, message: `The group did not give ${name}. ${meaning}`, fix }
}

/**
 * Lets Microsoft process the licences of the user again if the group has not given the product yet, and looks until it has. It has no inverse:
 * what gives the product is the membership.
 *
 * @see https://learn.microsoft.com/graph/api/user-reprocesslicenseassignment
 */
export const awaitingLicences: Operation<AwaitedRow, AwaitedBefore> = {
  ...common,
  title: 'Wait for licences of groups',
  rowsPerRequest: 1,
  columns: {
    ...common.columns,
    names: {
      ...common.columns.names,
      group: { as: 'group', captions: objectKinds.group.captions, about: 'The group that gives the product.' },
    },
  },
  accept({ group, ...value }) {
    expectOnly(value, ['user', 'sku'], kind)
    return { ...acceptLicence(value, kind), group: textOf({ group: group ?? null }, 'group', 'the id of a group') }
  },
  named: ({ user, group }) => [
    { as: 'user', name: user },
    { as: 'group', name: group },
  ],
  resolved: (value, [user, group]) => ({ ...value, user: user!, group: group! }),
  completed: withProductIds,
  detail: ({ sku }) => productNamed(sku),
  about: ({ user, sku, group }) => `${user}/licences/${sku} of ${group}`.toLowerCase(),
  repeat: () => 'same',
  async look(values, context) {
    const seen = await usersSeen(values, context)
    return values.map((value, at): Looked<AwaitedBefore> => {
      const hasUnit = seen[at] !== undefined && unitsOf(licencesOf(seen[at])).has(value.sku)
      return stateOf(value, seen[at], Infinity) ?? { send: { takes: hasUnit ? [] : [value.sku] } }
    })
  },
  supply: productUnits,
  units: ({ sku }, { takes = [sku] }) => ({ takes, frees: [] }),
  request: ([row]) => ({ method: 'POST', url: `/users/${row!.value.user}/reprocessLicenseAssignment` }),
  settle: ([row], reply) => [settleReprocessing(row!, reply)],
  async decide(rows, context) {
    const seen = await usersSeen(
      rows.map(({ value }) => value),
      context,
    )
    return rows.map(
      ({ value, answered, sinceMs }, at): Decision =>
        // Graph has processed the user, and refused: what is wrong then, is.
        stateOf(value, seen[at], answered === 'refused' ? undefined : sinceMs) ??
        (!answered
          ? 'not-done'
          : {
              wait: `The user is a member of the group, and an hour later it had not given ${productNamed(value.sku)}.`,
              atMostMs: longestWaitMs,
            }),
    )
  },
}
