// @ts-check
import { useSignedIn } from '../../data/person.js'
import { html } from '../../html.js'
import { SelectField } from '../../parts/field.js'

/**
 * The tenants of a request: one, several, all, or those with a tag.
 *
 * @typedef {{ how: 'one' | 'several' | 'all' | 'tag', name: string, names: readonly string[] }} Where `name` is that of the tenant or of the tag
 */

/** @param {readonly string[]} tenants those that the person sees @returns {Where} */
export const whereFirst = tenants => ({ how: 'one', name: tenants[0] ?? '', names: [] })

/** The tenant whose directory the form looks into. @param {Where} where */
export const lookedInto = ({ how, name, names }) => (how === 'one' ? name : how === 'several' ? (names[0] ?? '') : '')

/** The fields of a request that name its tenants. @param {Where} where */
export const tenantsOf = ({ how, name, names }) => {
  if (how === 'one') return { tenant: name }
  if (how === 'tag') return { tags: [name] }
  return { tenants: how === 'all' ? 'all' : names }
}

/** Chooses the tenants, where there are several. @param {{ where: Where, onWhere: (where: Where) => void }} props */
export const WhereField = ({ where, onWhere }) => {
  const { tenants, tags } = useSignedIn()
  if (tenants.length < 2) return null
  const options = [
    ...tenants.map(name => ({ value: `one:${name}`, text: name })),
    { value: 'several:', text: 'Several tenants' },
    { value: 'all:', text: `All ${tenants.length} tenants` },
    ...tags.map(tag => ({ value: `tag:${tag}`, text: `Tenants with the tag ${tag}` })),
  ]
  const choose = (/** @type {string} */ value) => {
    const [how = '', ...name] = value.split(':')
    onWhere({ ...where, how: /** @type {Where['how']} */ (how), name: name.join(':') })
  }
  const { how, name, names } = where
  const turn = (/** @type {string} */ tenant) =>
    onWhere({ ...where, names: tenants.filter(each => (each === tenant) !== names.includes(each)) })
  return html`<${SelectField}
      label="Tenant"
      hint=${how === 'one' ? undefined : 'Each has a job of its own, and one that fails stops none of the others'}
      value=${how === 'several' || how === 'all' ? `${how}:` : `${how}:${name}`}
      options=${options}
      onValue=${choose}
    />
    ${
      how === 'several' &&
      html`<fieldset>
        <legend>Tenants</legend>
        <div class="products">
          ${tenants.map(
            tenant =>
              html`<label class="check field" key=${tenant}>
                <input type="checkbox" checked=${names.includes(tenant)} onChange=${() => turn(tenant)} />
                <span>${tenant}</span>
              </label>`,
          )}
        </div>
      </fieldset>`
    }`
}
