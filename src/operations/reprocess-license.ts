import { isGuid } from '../core/guid.ts'
import type { Decision, Finding, Looked, Operation, Values } from '../core/operation.ts'
import { licenceError } from '../data/licence-errors.ts'
import { licencesOf } from '../licensing/user-licences.ts'
import { productNamed } from '../licensing/shown-names.ts'
import { settleReprocessing } from './licences/settle-reprocessing.ts'
import { notFound, ofOne } from './objects/one.ts'
import { liveSeen } from './objects/read.ts'
import type { Seen } from './objects/read-each.ts'
import { seenAfterLoss } from './replies/verdicts.ts'
import { expectOnly, invalid, textOf } from './values/expect.ts'

/** A user whose licences by groups are processed again. */
interface ReprocessRow extends Values {
  readonly user: string
  /** Ids of groups and products whose errors count. @default all */
  readonly group?: string
  readonly skus?: readonly string[]
}

const kind = 'reprocess-license'
const facts = ['assignedLicenses', 'licenseAssignmentStates']

/**
 * Processes the licences of users with errors again, in all groups.
 *
 * @see https://learn.microsoft.com/graph/api/user-reprocesslicenseassignment
 */
export const reprocessLicense: Operation<ReprocessRow> = {
  ...ofOne(kind, 'user'),
  title: 'Reprocess licences of users',
  accept(value) {
    expectOnly(value, ['user', 'group', 'skus'], kind)
    const { group, skus } = value
    if (group !== undefined && (typeof group !== 'string' || !isGuid(group)))
      throw invalid('group', 'Expected group to be the id of a group.')
    if (skus !== undefined && !(Array.isArray(skus) && skus.every(isGuid)))
      throw invalid('skus', 'Expected skus to be a list of ids of products.')
    return {
      user: textOf(value, 'user', 'the id or user principal name of a user'),
      ...(group !== undefined && { group: group.toLowerCase() }),
      ...(skus !== undefined && { skus: (skus as readonly string[]).map(sku => sku.toLowerCase()) }),
    }
  },
  resolved: (value, [user]) => ({ ...value, user: user! }),
  // It does what Graph does by itself sooner or later.
  repeat: () => 'same',
  async look(values, context) {
    const seen = await usersSeen(values, context)
    return values.map((value, at): Looked => {
      const user = seen[at]
      if (!user) return notFound('user', value.user)
      const errors = errorsOf(user, value)
      return errors.length === 0
        ? { outcome: 'unchanged', id: value.user, message: 'The user has no licence in error by the group.' }
        : { send: { errors } }
    })
  },
  request: ([row]) => ({
    method: 'POST',
    url: `/users/${row!.value.user}/reprocessLicenseAssignment`,
    body: {},
  }),
  settle: ([row], reply) => [settleReprocessing(row!, reply, { outcome: 'done', id: row!.value.user })],
  async decide(rows, context) {
    const seen = await usersSeen(
      rows.map(({ value }) => value),
      context,
    )
    return rows.map(({ value, answered }, at): Decision => {
      const user = seen[at]
      if (!user) return { unknown: 'No reply came, and then the user was deleted.' }
      const [error] = errorsOf(user, value)
      if (error !== undefined) return answered ? inError(value.user, error) : 'not-done'
      return answered ? { outcome: 'done', id: value.user } : seenAfterLoss(value.user)
    })
  },
}

/** @param error as `errorsOf` */
const inError = (id: string, error: string): Finding => {
  const [code, sku] = error.split(' ') as [string, string]
  const { meaning, fix } = licenceError(code)
  return { outcome: 'failed', id, code, message: `${productNamed(sku)}: ${meaning}`, fix }
}

const usersSeen = (rows: readonly ReprocessRow[], context: Parameters<typeof liveSeen>[3]) =>
  liveSeen(
    'user',
    rows.map(({ user }) => user),
    facts,
    context,
  )

/** Errors of what groups give, each with its product: `CountViolation 05e9…`. */
const errorsOf = (user: Seen, { group, skus }: ReprocessRow): readonly string[] =>
  [...licencesOf(user).inherited].flatMap(([sku, shares]) =>
    skus && !skus.includes(sku)
      ? []
      : shares.flatMap(({ group: by, error, state }) =>
          (group === undefined || by === group) && (error !== null || state === 'Error')
            ? [`${error ?? state} ${sku}`]
            : [],
        ),
  )
