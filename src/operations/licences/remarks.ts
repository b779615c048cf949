import { joined } from '../../core/joined.ts'
import type { LicenceBefore, LicenceRow } from './row.ts'
import { planNamed, productNamed } from '../../licensing/shown-names.ts'

/** What a preview says once of all such rows, and each result of its own. */
export const remarksOf = (
  { sku }: LicenceRow,
  { stays, stillOn = [], mailbox }: Pick<LicenceBefore, 'stays' | 'stillOn' | 'mailbox'>,
): readonly string[] => [
  ...(stays ? [halfOf(sku)] : []),
  ...(stillOn.length > 0
    ? [`${joined(stillOn.map(planNamed))} of ${productNamed(sku)} can only be turned off in the group that gives it.`]
    : []),
  ...(mailbox === 'alone' ? [`Only the mailbox of ${productNamed(sku)} stays on. Its seat stays in use.`] : []),
  ...mailboxRemarks(mailbox),
]

/** That a product is removed that groups still give. */
export const halfOf = (sku: string): string =>
  `Only the direct assignment of ${productNamed(sku)} is removed, and no seat is freed: groups still give it.`

/** What becomes of the mailbox. */
export const mailboxRemarks = (mailbox: LicenceBefore['mailbox']): readonly string[] => {
  if (mailbox === 'lost') return ['The user loses the last plan that gives a mailbox.']
  if (mailbox === 'smaller')
    return ['The mailbox gets a smaller plan: its archive, litigation hold and size may no longer be included.']
  return []
}

/** That a plan is off because it needs one that is. */
export const leftOffRemark = (
  sku: string,
  { plan, needs }: { readonly plan: string; readonly needs: readonly string[] },
): string =>
  `${planNamed(plan)} of ${productNamed(sku)} stays off, too: it needs ${joined(needs.map(planNamed), 'or')}, which is off.`
