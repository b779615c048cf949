// @ts-check
/** @import { Impact, ProductImpact, PlanImpact } from '../../../licensing/impact/impact.ts' */
import { html } from '../../html.js'
import { count } from '../../words/format.js'

/** @param {number | null} number */
const known = number => (number === null ? 'not known' : count(number))

/** A bar of a number out of the largest one. @param {{ name: string, of: number | null, most: number, tone?: string }} props */
const Bar = ({ name, of, most, tone = '' }) =>
  html`<div class="bar-line">
    <span>${name}</span>
    <span class="bar-back" aria-hidden="true"
      ><span class="bar-fill ${tone}" style=${{ width: `${most > 0 ? (100 * (of ?? 0)) / most : 0}%` }}></span
    ></span>
    <span class="number">${known(of)}</span>
  </div>`

/** @param {{ product: ProductImpact }} props */
const Seats = ({ product: { name, skuPartNumber, owned, used, short, toBuy } }) => {
  const most = Math.max(owned ?? 0, used.current ?? 0, used.after ?? 0)
  return html`<div class="seats">
    <h3>${name} <span class="quiet">${skuPartNumber}</span></h3>
    <${Bar} name="Owned" of=${owned} most=${most} tone="quiet" />
    <${Bar} name="Used now" of=${used.current} most=${most} />
    <${Bar}
      name="Used after"
      of=${used.after}
      most=${most}
      tone=${(used.after ?? 0) > (owned ?? Infinity) ? 'bad' : ''}
    />
    ${(short ?? 0) > 0 && html`<p class="bad">${count(short)} users would get none; ${count(toBuy)} would have to be bought.</p>`}
  </div>`
}

/** @param {{ plans: readonly PlanImpact[] }} props */
const Plans = ({ plans }) => {
  const most = Math.max(...plans.flatMap(({ gained, lost }) => [gained, lost]))
  return html`<h3>Plans that users gain or lose</h3>
    <div class="bars">
      ${plans.map(
        ({ title, gained, lost }) =>
          html`<div>
            <strong>${title}</strong>
            ${gained > 0 && html`<${Bar} name="Gain" of=${gained} most=${most} tone="good" />`}
            ${lost > 0 && html`<${Bar} name="Lose" of=${lost} most=${most} tone="bad" />`}
          </div>`,
      )}
    </div>`
}

/** What a change of licences does to seats, plans and users. @param {{ impact: Impact }} props */
export const ImpactPart = ({ impact }) => {
  const { users, rows, products, plans, conflictsKnown, inherited, mailboxes, costs = [] } = impact
  const changed = plans.filter(({ gained, lost }) => gained + lost > 0)
  return html`<h2>Impact</h2>
    <dl class="facts figures">
      <dt>Users selected</dt>
      <dd>${count(users.selected)}</dd>
      <dt>Users affected</dt>
      <dd>${count(users.affected)}</dd>
      <dt>Rows without a change</dt>
      <dd>${count(rows.unchanged)}</dd>
      <dt>Given by a group already</dt>
      <dd>${count(inherited)}</dd>
      <dt>Known conflicts</dt>
      <dd>${count(conflictsKnown)}</dd>
      ${
        mailboxes.lost > 0 &&
        html`<dt>Users who lose their mailbox</dt>
          <dd class="bad">${count(mailboxes.lost)}</dd>`
      }
      ${costs.map(
        ({ currency, bought }) =>
          html`<dt>Cost in a month, ${currency}</dt>
            <dd>${known(bought.current)} → ${known(bought.after)}</dd>`,
      )}
    </dl>
    ${products.length > 0 && html`<div class="columns">${products.map(product => html`<${Seats} product=${product} />`)}</div>`}
    ${changed.length > 0 && html`<${Plans} plans=${changed} />`}`
}
