import { given } from '../../core/given.ts'
import { isGuid } from '../../core/guid.ts'
import { joined } from '../../core/joined.ts'
import { isFields, kindInWords } from '../../core/json.ts'
import { objectKinds } from '../../core/object-kinds.ts'
import type { Operation, Values } from '../../core/operation.ts'
import { planNamed, productNamed } from '../../licensing/shown-names.ts'
import { usageLocationIn } from './usage-location.ts'
import { expectOnly, invalid, textOf } from '../values/expect.ts'

/** A product. */
export interface ProductRow extends Values {
  /** Id, part number or name of the product; from intake on, the id. */
  readonly sku: string
}

/** A product of a user. */
export interface LicenceRow extends ProductRow {
  /** Id or name of the user. */
  readonly user: string
}

/** A product that a user shall have. */
export interface AssignmentRow extends LicenceRow {
  /** Plans that shall be off, all others on: names, or ids. Without it, who has the product keeps the plans that are on. */
  readonly disabledPlans?: readonly string[]
  /** Plans that shall be on, all others off. Intake makes `disabledPlans` of it. */
  readonly onlyPlans?: readonly string[]
  /** A step before sets this usage location if the user has none; see `set-usage-location`. */
  readonly usageLocation?: string
  /** The user shall have it directly, even if groups give it, too. For undo. */
  readonly direct?: true
}

/** What may take a plan that gives a mailbox. */
export interface GuardedRow extends LicenceRow {
  /** The row is held back if the user would lose the last plan that gives a mailbox. */
  readonly preserveMailbox?: true
}

/** Plans of a product that a user has: names, or ids. All others stay as they are, and none is in both lists. */
export interface ModificationRow extends GuardedRow {
  readonly enablePlans?: readonly string[]
  readonly disablePlans?: readonly string[]
  /** The product is assigned to users who do not have it. */
  readonly add?: true
  /** Only to those who have one of these, directly or by a group. @default to all */
  readonly beside?: readonly string[]
  /** A step before sets this usage location if the user has none; see `set-usage-location`. */
  readonly usageLocation?: string
}

/** A product that is taken from a user. */
export interface RemovalRow extends GuardedRow {
  /** With `preserveMailbox`: instead of being held back, the user keeps the product with the plan of the mailbox alone. */
  readonly keep?: 'exchange'
}

/** What was read of a user or a group before a product is changed. */
export interface ProductBefore extends Values {
  /** Ids of the plans that are off in what the user has directly, or in what the group assigns, in order; null without the product. */
  readonly plans: readonly string[] | null
  /** The same after the change. */
  readonly after: readonly string[] | null
}

/** What was read of a user before a product is changed. */
export interface LicenceBefore extends ProductBefore {
  /** Whether the user loses the product, or the last plan for mail or SharePoint. */
  readonly loses: boolean
  /** Ids of the products of which the user takes a unit, and frees one: none of what groups give as well. */
  readonly takes: readonly string[]
  readonly frees: readonly string[]
  /** For the audit log: who an id was may not be found later. */
  readonly userPrincipalName?: string
  /** The product is removed directly, and groups still give it: no unit is freed. */
  readonly stays?: true
  /** Ids of plans that are turned off directly and stay on, since groups give them. */
  readonly stillOn?: readonly string[]
  /** What becomes of the mailbox, if it is not what it was. `alone`: the product stays with its mailbox alone. */
  readonly mailbox?: 'alone' | 'smaller' | 'lost'
}

/** What changes licences of users. */
export type LicenceOperation<V extends LicenceRow> = Operation<V, LicenceBefore>

const { names, captions } = objectKinds.user

/** What people call a column of products. */
export const productCaptions: readonly string[] = [
  ...['licenseSku', 'licenceSku', 'skuId', 'skuPartNumber', 'accountSkuId'],
  ...['license', 'licence', 'licenses', 'licences', 'product'],
]

/** How messages show the plans that are off in what somebody has directly, and those of several products. */
export const shownPlans = (name: string, value: unknown): string | undefined => {
  if (name === 'states' && isFields(value))
    return joined(Object.entries(value).map(([sku, plans]) => `${productNamed(sku)}: ${plansInWords(plans)}`))
  return name === 'plans' || name === 'after' ? plansInWords(value) : undefined
}

const plansInWords = (plans: unknown): string => {
  if (!Array.isArray(plans)) return 'no licence'
  return plans.length === 0 ? 'all on' : `${joined(plans.map(plan => planNamed(String(plan))))} off`
}

/** What operations on products of users have in common. */
export const ofLicences = (kind: string) =>
  ({
    kind,
    changes: 'user',
    loss: 'licences',
    columns: {
      names: { user: { as: 'user', captions: [...captions, 'user'], about: `The user: ${joined(names, 'or')}.` } },
      options: {
        sku: { type: 'String', captions: productCaptions },
        disabledPlans: { type: 'String', captions: ['disabledServicePlans'] },
      },
    },
    // As many products as one user is likely to have.
    rowsPerRequest: 20,
    countsObjects: true,
    named: ({ user }: LicenceRow) => [{ as: 'user', name: user }],
    about: ({ user, sku }: LicenceRow) => `${user}/licences/${sku}`.toLowerCase(),
    subject: ({ user }: LicenceRow) => user,
    shown: shownPlans,
    locks: ({ user }: LicenceRow) => [user.toLowerCase()],
    // A request without a reply is decided by what the directory shows: somebody else may have changed the product since.
    repeat: () => 'refused',
  }) as const satisfies Partial<Operation<LicenceRow, LicenceBefore>>

/** Checks the user and the product of a row. @throws EntrapipeError `ROW_INVALID` */
export const acceptLicence = (value: Values, kind: string, more: readonly string[] = []): LicenceRow => {
  expectOnly(value, ['user', 'sku', ...more], kind)
  const sku = textOf(value, 'sku', 'the part number, name or id of a product')
  return {
    user: textOf(value, 'user', 'the id or user principal name of a user'),
    sku: isGuid(sku) ? sku.toLowerCase() : sku,
  }
}

/** Checks the values of a row that assigns a product. @throws EntrapipeError `ROW_INVALID` */
export const acceptAssignment = (value: Values, kind: string): AssignmentRow => {
  const row = acceptLicence(value, kind, ['disabledPlans', 'onlyPlans', 'usageLocation', 'direct'])
  const [disabledPlans, onlyPlans] = [namesIn(value, 'disabledPlans'), namesIn(value, 'onlyPlans')]
  if (disabledPlans && onlyPlans) throw invalid('onlyPlans', 'A row has either disabledPlans or onlyPlans.')
  const usageLocation = (value['usageLocation'] ?? '') === '' ? undefined : usageLocationIn(value)
  return {
    ...row,
    ...given({ disabledPlans, onlyPlans, usageLocation }),
    ...(value['direct'] === true && { direct: true }),
  }
}

/** Checks the values of a row that turns plans on and off. @throws EntrapipeError `ROW_INVALID` */
export const acceptModification = (value: Values, kind: string): ModificationRow => {
  const row = acceptLicence(value, kind, [
    ...['enablePlans', 'disablePlans', 'add', 'beside', 'usageLocation', 'preserveMailbox'],
  ])
  const [enablePlans, disablePlans] = [namesIn(value, 'enablePlans'), namesIn(value, 'disablePlans')]
  const [on = [], off = []] = [enablePlans, disablePlans]
  const isAdded = value['add'] === true
  const beside = namesIn(value, 'beside')
  if (beside && !isAdded) throw invalid('beside', 'Only a row that adds a product has beside.')
  if (beside?.includes(row.sku)) throw invalid('beside', `${productNamed(row.sku)} is to be added beside itself.`)
  if (on.length + off.length === 0 && !isAdded)
    throw invalid('enablePlans', 'The row names no plans to turn on or off.')
  const both = on.find(plan => off.includes(plan))
  if (both !== undefined) throw invalid('enablePlans', `${planNamed(both)} is to be on and off.`)
  const usageLocation = (value['usageLocation'] ?? '') === '' ? undefined : usageLocationIn(value)
  return {
    ...row,
    ...given({ enablePlans, disablePlans, beside, usageLocation }),
    ...(isAdded && { add: true }),
    ...guardIn(value),
  }
}

/** Checks the values of a row that removes a product. @throws EntrapipeError `ROW_INVALID` */
export const acceptRemoval = (value: Values, kind: string): RemovalRow => {
  const row = acceptLicence(value, kind, ['preserveMailbox', 'keep'])
  const keep = value['keep'] ?? undefined
  if (keep !== undefined && keep !== 'exchange') throw invalid('keep', 'Expected keep to be exchange.')
  if (keep === 'exchange' && value['preserveMailbox'] !== true)
    throw invalid('keep', 'Only a row with preserveMailbox has keep.')
  return { ...row, ...guardIn(value), ...(keep === 'exchange' && { keep }) }
}

/** `preserveMailbox` of a row, if it has it. */
export const guardIn = (value: Values): Pick<GuardedRow, 'preserveMailbox'> =>
  value['preserveMailbox'] === true ? { preserveMailbox: true } : {}

/** Names in a list, or in a text with semicolons, each once and in order. @throws EntrapipeError `ROW_INVALID` */
export const namesIn = (value: Values, name: string): readonly string[] | undefined => {
  const plans = value[name]
  if (plans === undefined || plans === null) return undefined
  const list = typeof plans === 'string' ? plans.split(';') : plans
  if (!Array.isArray(list) || !list.every(plan => typeof plan === 'string'))
    throw invalid(name, `Expected ${name} to be a list of names or ids, got ${kindInWords(plans)}.`)
  const texts = (list as readonly string[]).map(plan => plan.trim()).filter(plan => plan !== '')
  return [...new Set(texts.map(plan => (isGuid(plan) ? plan.toLowerCase() : plan)))].sort()
}

/** `Microsoft 365 E3 (SPE_E3), without SWAY`. */
export const detailOf = ({ sku, disabledPlans }: Pick<AssignmentRow, 'sku' | 'disabledPlans'>): string =>
  disabledPlans && disabledPlans.length > 0
    ? `${productNamed(sku)}, without ${joined(disabledPlans.map(planNamed))}`
    : productNamed(sku)

/** `Microsoft 365 E3 (SPE_E3), with SWAY on and FORMS_PLAN_E3 off`. */
export const modificationDetail = ({
  sku,
  enablePlans = [],
  disablePlans = [],
  add,
  beside = [],
}: ModificationRow): string => {
  const parts = [
    ...(enablePlans.length > 0 ? [`${joined(enablePlans.map(planNamed))} on`] : []),
    ...(disablePlans.length > 0 ? [`${joined(disablePlans.map(planNamed))} off`] : []),
  ]
  const what = add ? `${productNamed(sku)} added` : productNamed(sku)
  return [
    beside.length > 0 ? `${what} beside ${joined(beside.map(productNamed), 'or')}` : what,
    ...(parts.length > 0 ? [`with ${joined(parts)}`] : []),
  ].join(', ')
}

/** What is kept before a change, and is no reason to hold it back: it depends on what others give as well, or is only reported. */
const aside: readonly string[] = [
  'takes',
  'frees',
  'userPrincipalName',
  'stays',
  'stillOn',
  'stay',
  'mailbox',
  'leftOff',
]

/** Whether a name of `Before` is no part of what a change expects. */
export const isAside = (name: string): boolean => aside.includes(name)

/** Whether two lists of disabled plans are the same, in any order. Null, for no licence, is not the same as none. */
export const isSamePlans = (one: unknown, other: unknown): boolean =>
  Array.isArray(one) && Array.isArray(other)
    ? [...new Set<unknown>(one)].sort().join() === [...new Set<unknown>(other)].sort().join()
    : (one ?? null) === (other ?? null)
