import { escaped } from '../../core/html.ts'
import { thousands } from '../../core/thousands.ts'
import type { PlanImpact, ProductImpact, SideLine, TransferImpact } from './impact.ts'

/** A number of users or units; `n/a` if it is not known. */
export const number = (value: number | null | undefined): string =>
  value === null || value === undefined ? 'n/a' : thousands(value)

const rect = (name: string, x: number, width: number): string =>
  width > 0 ? `<rect class="${name}" x="${x.toFixed(2)}%" width="${width.toFixed(2)}%" height="100%"/>` : ''

const chart = (label: string, shapes: string): string =>
  `<svg class="chart" role="img" aria-label="${escaped(label)}"><title>${escaped(label)}</title>${shapes}</svg>`

/** A cell of a table: text, a number (`n`) or a chart (`c`). */
const cell = (kind: '' | 'n' | 'c', html: string): string => `<td${kind === '' ? '' : ` class="${kind}"`}>${html}</td>`

/** A table with a caption for each column, whose cells are of the same kind. Captions and rows are HTML. */
export const table = (captions: readonly (readonly [kind: '' | 'n' | 'c', caption: string])[], rows: string): string =>
  `<div class="scroll"><table><thead><tr>${captions
    .map(([kind, caption]) => `<th scope="col"${kind === 'n' ? ' class="n"' : ''}>${caption}</th>`)
    .join('')}</tr></thead><tbody>${rows}</tbody></table></div>\n`

/** The units of a product before and after, as two bars of the same scale. */
export const seatsChart = (product: ProductImpact): string => {
  const { skuPartNumber, name, owned, inGrace, used, short, toBuy, keptByGroups, takes, frees } = product
  const head = `<h3>${escaped(name)}${name === skuPartNumber ? '' : ` <span class="muted">${escaped(skuPartNumber)}</span>`}</h3>`
  const sentences = [
    `${thousands(takes)} taken, ${thousands(frees)} freed.`,
    ...(inGrace !== null && inGrace > 0
      ? [`${thousands(inGrace)} of its seats ${inGrace === 1 ? 'is' : 'are'} in the grace period.`]
      : []),
    ...(keptByGroups > 0
      ? [
          `${thousands(keptByGroups)} ${keptByGroups === 1 ? 'user keeps' : 'users keep'} it through a group, so no seat is freed.`,
        ]
      : []),
    ...(short !== null && short > 0 ? [`<strong>Short by ${thousands(short)}: ${number(toBuy)} to buy.</strong>`] : []),
  ]
  if (owned === null || used.current === null || used.after === null)
    return `<section class="seats">${head}<p>How many seats the tenant has may not be read. ${sentences.join(' ')}</p></section>\n`
  const units = owned + (inGrace ?? 0)
  const most = Math.max(units, used.current, used.after, 1)
  const bar = (when: string, value: number): string => {
    const text = `${thousands(value)} of ${thousands(units)}`
    const percent = (part: number): number => (100 * part) / most
    const shapes =
      rect('room', 0, percent(units)) +
      rect('used', 0, percent(Math.min(value, units))) +
      rect('over', percent(units), percent(Math.max(0, value - units)))
    return `<div class="bar"><span>${when}</span>${chart(`${skuPartNumber} ${when.toLowerCase()}: ${text} seats used`, shapes)}<span>${text}</span></div>`
  }
  return `<section class="seats">${head}${bar('Now', used.current)}${bar('After', used.after)}<p>${sentences.join(' ')}</p></section>\n`
}

/** Plans that users gain or lose: losses to the left, gains to the right. */
export const plansTable = (plans: readonly PlanImpact[]): string => {
  const most = Math.max(1, ...plans.map(({ gained, lost }) => Math.max(gained, lost)))
  const line = ({ plan, title, users, gained, lost }: PlanImpact): string => {
    const half = (value: number): number => (50 * value) / most
    const shapes =
      rect('lost', 50 - half(lost), half(lost)) +
      rect('gained', 50, half(gained)) +
      '<line class="axis" x1="50%" x2="50%" y1="0" y2="100%"/>'
    return `<tr>${[
      cell('', `${escaped(plan)}${title === plan ? '' : `<br><span class="muted">${escaped(title)}</span>`}`),
      cell('n', number(users.current)),
      cell('n', number(users.after)),
      cell('n', lost === 0 ? '0' : `−${thousands(lost)}`),
      cell('c', chart(`${plan}: ${thousands(lost)} lose it, ${thousands(gained)} gain it`, shapes)),
      cell('n', gained === 0 ? '0' : `+${thousands(gained)}`),
    ].join('')}</tr>\n`
  }
  return table(
    [
      ['', 'Plan'],
      ['n', 'Users now'],
      ['n', 'After'],
      ['n', 'Lose it'],
      ['c', ''],
      ['n', 'Gain it'],
    ],
    plans.map(line).join(''),
  )
}

const fates = [
  ['keptOn', 'kept', 'Kept on'],
  ['gained', 'gained', 'New'],
  ['keptOff', 'off', 'Kept off'],
  ['lost', 'lost', 'Lost'],
] as const

/** What the colours of both sides mean. */
export const sidesKey = `<ul class="key">${fates
  .map(
    ([, name, caption]) =>
      `<li><svg aria-hidden="true"><rect class="${name}" width="100%" height="100%"/></svg>${caption}</li>`,
  )
  .join('')}</ul>\n`

/** Both sides of a transfer, plan by plan. */
export const sidesTable = ({ from, to, lines }: TransferImpact): string => {
  const row = (line: SideLine): string => {
    const sum = Math.max(1, line.keptOn + line.gained + line.keptOff + line.lost)
    let x = 0
    const shapes = fates
      .map(([name, style]) => {
        const width = (100 * line[name]) / sum
        x += width
        return rect(style, x - width, width)
      })
      .join('')
    const label = fates.map(([name, , caption]) => `${caption.toLowerCase()} ${thousands(line[name])}`).join(', ')
    const old = line.old.map(escaped).join('<br>')
    return `<tr>${[
      cell('', old === '' ? '<span class="muted">none</span>' : old),
      cell('', line.new === null ? '<span class="muted">none</span>' : escaped(line.new)),
      ...fates.map(([name]) => cell('n', thousands(line[name]))),
      cell('c', chart(label, shapes)),
    ].join('')}</tr>\n`
  }
  return table(
    [
      ['', escaped(from.join(', '))],
      ['', escaped(to)],
      ...fates.map(([, , caption]) => ['n', caption] as const),
      ['c', ''],
    ],
    lines.map(row).join(''),
  )
}
