import { escaped, pageHead } from '../../core/html.ts'
import type { Stop } from '../../core/stop.ts'
import type { Impact } from './impact.ts'
import { metricOf, metricText, metricsOf, type Metric } from './metrics.ts'
import { number, plansTable, seatsChart, sidesKey, sidesTable, table } from './page-charts.ts'
import { previewStyle } from './page-style.ts'

/** What a preview is about. */
export interface PageAbout {
  /** `licenses transfer`. */
  readonly command: string
  readonly tenant: string
  readonly run: string
  /** ISO 8601. */
  readonly at: string
  /** What would stop the run. */
  readonly stops: readonly Stop[]
}

/** A preview as one HTML page, which needs no other file, no script and no network. */
export const impactPage = (impact: Impact, { command, tenant, run, at, stops }: PageAbout): string => {
  const { plans, products, transfers, otherTransfers } = impact
  const changed = plans.filter(({ gained, lost }) => gained + lost > 0)
  return [
    pageHead(`Preview of ${command}, ${tenant}`, { style: previewStyle }),
    `<h1>Preview of ${escaped(command)}</h1>\n`,
    `<p>Tenant ${escaped(tenant)}, <time datetime="${escaped(at)}">${escaped(at)}</time>, run ${escaped(run)}. Nothing was changed.</p>\n`,
    ...stops.map(({ why, fix }) => `<p class="note stop">The run would stop: ${escaped(why)} ${escaped(fix)}</p>\n`),
    cards(impact),
    '<h2>Seats</h2>\n',
    products.length === 0 ? '<p>No seats change.</p>\n' : products.map(seatsChart).join(''),
    ...costs(impact),
    '<h2>Plans that users gain or lose</h2>\n',
    changed.length === 0 ? '<p>No plans change.</p>\n' : plansTable(changed),
    ...transfers.flatMap(transfer => [
      `<h2>${escaped(transfer.from.join(', '))} → ${escaped(transfer.to)}, plan by plan</h2>\n`,
      '<p>Users with each plan of the old products, and with its tier in the new one.</p>\n',
      sidesKey,
      sidesTable(transfer),
    ]),
    ...(otherTransfers > 0
      ? [
          `<p class="note">${number(otherTransfers)} transfers between other products are counted above, and not shown plan by plan.</p>\n`,
        ]
      : []),
    '<h2>All numbers</h2>\n',
    table(
      [
        ['', 'Metric'],
        ['n', 'Current'],
        ['n', 'After'],
        ['n', 'Change'],
      ],
      metricsOf(impact).map(metricRow).join(''),
    ),
    '</body></html>\n',
  ].join('')
}

const cards = ({ users, rows, products, conflictsKnown, inherited }: Impact): string => {
  const short = products.some(each => each.short === null)
    ? null
    : products.reduce((sum, each) => sum + (each.short ?? 0), 0)
  const all: readonly (readonly [name: string, value: number | null, isBad?: boolean])[] = [
    ['users affected', users.affected],
    ['users selected', users.selected],
    ['seats short', short, (short ?? 0) > 0],
    ['users without a usage location', users.withoutUsageLocation.after, (users.withoutUsageLocation.after ?? 0) > 0],
    ['conflicts known', conflictsKnown, conflictsKnown > 0],
    ['inherited from groups', inherited],
    ['without a change', rows.unchanged],
    ['rows failed', rows.failed, rows.failed > 0],
  ]
  return `<ul class="cards">${all
    .map(
      ([name, value, isBad = false]) =>
        `<li${isBad ? ' class="bad"' : ''}><strong>${number(value)}</strong> ${name}</li>`,
    )
    .join('')}</ul>\n`
}

const costs = ({ costs: found, withoutPrice = [] }: Impact): readonly string[] =>
  found === undefined
    ? []
    : [
        '<h2>Monthly cost</h2>\n',
        found.length === 0
          ? ''
          : table(
              [
                ['', 'Currency'],
                ['', 'Of'],
                ['n', 'Current'],
                ['n', 'After'],
                ['n', 'Change'],
              ],
              found
                .flatMap(({ currency, bought, assigned }) =>
                  (
                    [
                      ['seats bought', bought],
                      ['seats assigned', assigned],
                    ] as const
                  ).map(
                    ([of, cost]) =>
                      `<tr><td>${escaped(currency)}</td><td>${of}</td>${numbers(metricOf(of, cost, { isCost: true }))}</tr>\n`,
                  ),
                )
                .join(''),
            ),
        withoutPrice.length === 0
          ? ''
          : `<p class="note">Without ${escaped(withoutPrice.join(', '))}, which ${withoutPrice.length === 1 ? 'has' : 'have'} no price in the file.</p>\n`,
      ]

const numbers = (metric: Metric): string =>
  metricText(metric)
    .slice(1)
    .map(text => `<td class="n">${escaped(text)}</td>`)
    .join('')

const metricRow = (metric: Metric): string => `<tr><td>${escaped(metric.metric)}</td>${numbers(metric)}</tr>\n`
