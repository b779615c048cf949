// @ts-check
/** @import { Typed } from './param-field.js' */
import { useLoaded } from '../../data/load.js'
import { html } from '../../html.js'
import { Note } from '../../parts/note.js'
import { count } from '../../words/format.js'

/** @typedef {{ id: string, partNumber: string, name: string, owned: number, used: number }} Product */

/** Products of the tenant, with their units. @param {{ tenant: string, value: Typed | undefined, onValue: (value: string) => void }} props `value`: part numbers with commas */
export const Products = ({ tenant, value, onValue }) => {
  const { value: loaded, error } = useLoaded(`/api/directory/${encodeURIComponent(tenant)}/products`)
  const products = /** @type {{ items: readonly Product[] } | undefined} */ (loaded)?.items ?? []
  const chosen = typeof value === 'string' && value !== '' ? value.split(',') : []
  const turn = (/** @type {string} */ partNumber) =>
    onValue(
      (chosen.includes(partNumber) ? chosen.filter(each => each !== partNumber) : [...chosen, partNumber]).join(','),
    )
  return html`<fieldset>
    <legend>Products</legend>
    ${error !== undefined && html`<${Note} tone="bad">${error}<//>`}
    ${!loaded && error === undefined && html`<p role="status">Loading…</p>`}
    <div class="products">
      ${products.map(
        ({ partNumber, name, owned, used }) =>
          html`<label class="check field" key=${partNumber}>
            <input type="checkbox" checked=${chosen.includes(partNumber)} onChange=${() => turn(partNumber)} />
            <span>${name} <span>${partNumber}: ${count(used)} of ${count(owned)} used</span></span>
          </label>`,
      )}
    </div>
  </fieldset>`
}
