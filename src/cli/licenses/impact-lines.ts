import { textTable } from '../../formats/text-table.ts'
import type { Impact, PlanImpact, TransferImpact } from '../../licensing/impact/impact.ts'
import { metricsOf, metricText } from '../../licensing/impact/metrics.ts'
import { count, counted } from '../report/words.ts'

/** Plans and lines of transfers that are shown. Reports have all. */
const mostShown = 20

/** What changes of licences do, as text: the table of numbers, then plans that users gain or lose, then both sides of transfers. */
export const impactLines = (impact: Impact): readonly string[] => [
  ...textTable([['Metric', 'Current', 'After', 'Change'], ...metricsOf(impact).map(metricText)], { right: [1, 2, 3] }),
  ...planLines(impact.plans.filter(({ gained, lost }) => gained + lost > 0)),
  ...impact.transfers.flatMap(transferLines),
  ...(impact.otherTransfers > 0
    ? [`${counted(impact.otherTransfers, 'transfer')} between other products: not shown plan by plan.`]
    : []),
]

const rest = (all: readonly unknown[]): readonly string[] =>
  all.length > mostShown ? [`${count(all.length - mostShown)} more: --report has all.`] : []

const planLines = (plans: readonly PlanImpact[]): readonly string[] =>
  plans.length === 0
    ? []
    : [
        ...textTable(
          [
            ['Plan', 'Users now', 'After', 'Gain it', 'Lose it'],
            ...plans
              .slice(0, mostShown)
              .map(({ plan, users, gained, lost }) => [
                plan,
                count(users.current ?? 0),
                count(users.after ?? 0),
                count(gained),
                count(lost),
              ]),
          ],
          { right: [1, 2, 3, 4] },
        ),
        ...rest(plans),
      ]

/** Lines on which a plan is not just kept on. */
const transferLines = ({ from, to, lines }: TransferImpact): readonly string[] => {
  const unlike = lines.filter(({ keptOff, gained, lost }) => keptOff + gained + lost > 0)
  const same = lines.length - unlike.length
  return [
    ...textTable(
      [
        [`Plan of ${from.join(', ')}`, `Plan of ${to}`, 'Kept on', 'Kept off', 'New', 'Lost'],
        ...unlike
          .slice(0, mostShown)
          .map(line => [
            line.old.join(', ') || '-',
            line.new ?? '-',
            count(line.keptOn),
            count(line.keptOff),
            count(line.gained),
            count(line.lost),
          ]),
      ],
      { right: [2, 3, 4, 5] },
    ),
    ...rest(unlike),
    ...(same > 0 ? [`${counted(same, 'plan')} kept on for all of these users.`] : []),
  ]
}
