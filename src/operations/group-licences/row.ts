import { joined } from '../../core/joined.ts'
import { objectKinds } from '../../core/object-kinds.ts'
import type { Operation, Values } from '../../core/operation.ts'
import { isGuid } from '../../core/guid.ts'
import { given } from '../../core/given.ts'
import { detailOf, namesIn, productCaptions, shownPlans, type ProductBefore, type ProductRow } from '../licences/row.ts'
import { expectOnly, invalid, textOf } from '../values/expect.ts'

/** A product that a group gives to its members. */
export interface GroupLicenceRow extends ProductRow {
  /** Id or name of the group. */
  readonly group: string
  /** Plans that shall be off, all others on. Without it, a group that has the product keeps the plans that are on. */
  readonly disabledPlans?: readonly string[]
  /** Plans that shall be on, all others off. Intake makes `disabledPlans` of it. */
  readonly onlyPlans?: readonly string[]
  /** It is only removed once each member has it directly, with all plans that the group gives. */
  readonly onceDirect?: true
  /** The members are taken to have it directly: in a dry run, earlier changes would make it so. */
  readonly assumed?: true
}

/** What was read of a group before a product is changed. */
export interface GroupLicenceBefore extends ProductBefore {
  /** Users who are direct members and lose the product, or the last plan for mail or SharePoint. */
  readonly losers: number
  /** Members who lose a plan that the group turns off and that nothing else gives them, by the id of the plan. */
  readonly planLosers?: Readonly<Record<string, number>>
  /** Members who would get none of the product, since no unit would be free. */
  readonly short?: number
  /** Groups that are members: what the group assigns does not reach their own members. */
  readonly nested?: number
}

/** What changes licences of groups. */
export type GroupLicenceOperation = Operation<GroupLicenceRow, GroupLicenceBefore>

const { names, captions } = objectKinds.group

/** What operations on products of groups have in common. */
export const ofGroupLicences = (kind: string) =>
  ({
    kind,
    changes: 'group',
    loss: 'licences',
    columns: {
      names: { group: { as: 'group', captions: [...captions, 'group'], about: `The group: ${joined(names, 'or')}.` } },
      options: {
        sku: { type: 'String', captions: productCaptions },
        disabledPlans: { type: 'String', captions: ['disabledServicePlans'] },
      },
    },
    // Products that depend on each other go to a group in one request.
    rowsPerRequest: 20,
    named: ({ group }: GroupLicenceRow) => [{ as: 'group', name: group }],
    resolved: (value: GroupLicenceRow, [group]: readonly string[]) => ({ ...value, group: group! }),
    about: ({ group, sku }: GroupLicenceRow) => `${group}/licences/${sku}`.toLowerCase(),
    subject: ({ group }: GroupLicenceRow) => group,
    shown: shownPlans,
    locks: ({ group }: GroupLicenceRow) => [group.toLowerCase()],
    detail: (value: GroupLicenceRow) => detailOf(value),
    // A request without a reply is decided by what the directory shows: somebody else may have changed the product since.
    repeat: () => 'refused',
  }) as const satisfies Partial<GroupLicenceOperation>

/** Checks the values of a row. @throws EntrapipeError `ROW_INVALID` */
export const acceptGroupLicence = (value: Values, kind: string, more: readonly string[]): GroupLicenceRow => {
  expectOnly(value, ['group', 'sku', ...more], kind)
  const sku = textOf(value, 'sku', 'the part number, name or id of a product')
  const [disabledPlans, onlyPlans] = [namesIn(value, 'disabledPlans'), namesIn(value, 'onlyPlans')]
  if (disabledPlans && onlyPlans) throw invalid('onlyPlans', 'A row has either disabledPlans or onlyPlans.')
  return {
    group: textOf(value, 'group', 'the id or name of a group'),
    sku: isGuid(sku) ? sku.toLowerCase() : sku,
    ...given({ disabledPlans, onlyPlans }),
    ...(value['onceDirect'] === true && { onceDirect: true }),
    ...(value['assumed'] === true && { assumed: true }),
  }
}
