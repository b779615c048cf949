import { given } from '../core/given.ts'
import { isGuid } from '../core/guid.ts'
import type { Decision, Finding, Looked, Operation, Values } from '../core/operation.ts'
import { licenceError } from '../data/licence-errors.ts'
import { isOlder, licencesOf, type Inherited } from '../licensing/user-licences.ts'
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
  lasts: 'Graph only worked out again what groups give, so there is nothing to undo.',
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
        : { send: { errors: errors.map(({ code, sku }) => `${code} ${sku}`) } }
    })
  },
  request: ([row]) => ({
    method: 'POST',
    url: `/users/${row!.value.user}/reprocessLicenseAssignment`,
    body: {},
  }),
  settle: ([row], reply) => [settleReprocessing(row!, reply)],
  async decide(rows, context) {
    const seen = await usersSeen(
      rows.map(({ value }) => value),
      context,
    )
    return rows.map(({ value, answered, sinceMs }, at): Decision => {
      const user = seen[at]
      if (!user) return { unknown: 'No reply came, and then the user was deleted.' }
      const errors = errorsOf(user, value)
      const [first] = errors
      if (!first) return answered ? { outcome: 'done', id: value.user } : seenAfterLoss(value.user)
      if (!answered) return 'not-done'
      const outdated = answered === 'refused' ? undefined : errors.find(error => isOlder(error, sinceMs))
      return outdated ? notProcessed(outdated) : inError(value.user, first)
    })
  },
}

/** An error of what a group gives. */
interface ShareError extends Pick<Inherited, 'updatedMs'> {
  readonly code: string
  readonly sku: string
}

/** Graph answers with the user as updated, so this is rare; it names no time. Then the run goes on, and `--wait` waits. */
const longestWaitMs = 600_000

const notProcessed = ({ code, sku }: ShareError): Decision => ({
  wait: `Graph accepted the request, and ten minutes later the user still had the error from before (${code} of ${productNamed(sku)}).`,
  atMostMs: longestWaitMs,
})

const inError = (id: string, { code, sku }: ShareError): Finding => {
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

/** Errors of what groups give. */
const errorsOf = (user: Seen, { group, skus }: ReprocessRow): readonly ShareError[] =>
  [...licencesOf(user).inherited].flatMap(([sku, shares]) =>
    skus && !skus.includes(sku)
      ? []
      : shares.flatMap(({ group: by, error, state, updatedMs }) =>
          (group === undefined || by === group) && (error !== null || state === 'Error')
            ? [{ code: error ?? state, sku, ...given({ updatedMs }) }]
            : [],
        ),
  )
