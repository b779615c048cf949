import { thousands } from '../../core/thousands.ts'
import { amountNumber, amountOf, amountText } from './price.ts'
import type { BeforeAfter, Impact, ProductImpact } from './impact.ts'

/**
 * A line of the table of a preview. `null` is not known; a cell that is absent has no meaning. Numbers of users and units, and costs of a month
 * in the currency that `metric` names.
 */
export interface Metric {
  readonly metric: string
  readonly current?: number | null
  readonly after?: number | null
  readonly change?: number | null
  /** Whether it is an amount of money. */
  readonly isCost?: true
}

/** A number before and after, and their difference. */
export const metricOf = (
  metric: string,
  { current, after }: BeforeAfter,
  more: Pick<Metric, 'isCost'> = {},
): Metric => ({
  metric,
  current,
  after,
  change: current === null || after === null ? null : amountNumber(amountOf(after - current)),
  ...more,
})

const only = (metric: string, change: number | null): Metric => ({ metric, change })

/** The preview as one table. */
export const metricsOf = (impact: Impact): readonly Metric[] => {
  const { users, rows, mailboxes, products, costs = [], withoutPrice = [] } = impact
  const lacking = withoutPrice.length > 0 ? `, without ${withoutPrice.join(', ')}` : ''
  return [
    { metric: 'Users selected', current: users.selected },
    only('Users affected', users.affected),
    metricOf('Users without a usage location', users.withoutUsageLocation),
    only('Rows that would be sent', rows.toSend),
    only('Rows without a change (no-ops)', rows.unchanged),
    only('Rows that a group already gives (inherited)', impact.inherited),
    only('Rows skipped', rows.skipped),
    only('Rows failed', rows.failed),
    only('Conflicts known', impact.conflictsKnown),
    ...(mailboxes.gained > 0 ? [only('Users who get a mailbox', mailboxes.gained)] : []),
    ...(mailboxes.smaller > 0 ? [only('Users whose mailbox becomes smaller', mailboxes.smaller)] : []),
    ...(mailboxes.lost > 0 ? [only('Users who lose their mailbox', mailboxes.lost)] : []),
    ...products.flatMap(productMetrics),
    ...costs.flatMap(({ currency, bought, assigned }) => [
      metricOf(`Monthly cost of seats bought, all products, ${currency}${lacking}`, bought, { isCost: true }),
      metricOf(`Monthly cost of seats assigned, all products, ${currency}${lacking}`, assigned, { isCost: true }),
    ]),
  ]
}

const productMetrics = (product: ProductImpact): readonly Metric[] => {
  const {
    skuPartNumber: name,
    owned,
    inGrace,
    used,
    free,
    short,
    toBuy,
    keptByGroups,
    costBought,
    costAssigned,
  } = product
  const currency = product.currency ? `, ${product.currency}` : ''
  return [
    metricOf(`${name}: seats owned`, { current: owned, after: owned }),
    ...(inGrace !== null && inGrace > 0
      ? [metricOf(`${name}: seats in grace`, { current: inGrace, after: inGrace })]
      : []),
    metricOf(`${name}: seats used`, used),
    metricOf(`${name}: seats free`, free),
    only(`${name}: seats short`, short),
    only(`${name}: seats to buy`, toBuy),
    ...(keptByGroups > 0 ? [only(`${name}: users who keep it through a group (no seat freed)`, keptByGroups)] : []),
    ...(costBought ? [metricOf(`${name}: monthly cost of seats bought${currency}`, costBought, { isCost: true })] : []),
    ...(costAssigned
      ? [metricOf(`${name}: monthly cost of seats assigned${currency}`, costAssigned, { isCost: true })]
      : []),
  ]
}

/** A line as text: numbers with their thousands, changes with their sign, `n/a` for what is not known. */
export const metricText = ({
  metric,
  current,
  after,
  change,
  isCost,
}: Metric): readonly [string, string, string, string] => {
  const text = (value: number | null | undefined): string => {
    if (value === undefined) return ''
    if (value === null) return 'n/a'
    return isCost ? amountText(amountOf(value)) : thousands(value)
  }
  const isDifference = current !== undefined && after !== undefined
  const sign = isDifference && typeof change === 'number' && change > 0 ? '+' : ''
  return [metric, text(current), text(after), `${sign}${text(change)}`]
}
