// @ts-check
import { useId } from 'preact/hooks'
import { html } from '../html.js'

/** @typedef {{ currentTarget: HTMLInputElement & HTMLSelectElement & HTMLTextAreaElement }} Typed an event of a control */

/**
 * A control with its label and what to know about it.
 *
 * @param {{ label: string, hint?: unknown, control: (id: string, describedBy: string | undefined) => unknown }} props
 */
export const Field = ({ label, hint, control }) => {
  const id = useId()
  const about = hint ? `${id}-hint` : undefined
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${hint && html`<p class="hint" id=${about}>${hint}</p>`} ${control(id, about)}
  </div>`
}

/**
 * A text field.
 *
 * @param {{ label: string, hint?: unknown, value: string, onValue: (value: string) => void, type?: string, isRequired?: boolean, placeholder?: string, list?: readonly string[], pattern?: string }} props
 */
export const TextField = ({
  label,
  hint,
  value,
  onValue,
  type = 'text',
  isRequired = false,
  placeholder,
  list,
  pattern,
}) =>
  html`<${Field}
    label=${label}
    hint=${hint}
    control=${(/** @type {string} */ id, /** @type {string | undefined} */ about) =>
      html`<input
          id=${id}
          type=${type}
          value=${value}
          required=${isRequired}
          placeholder=${placeholder}
          pattern=${pattern}
          step=${type === 'number' ? 'any' : undefined}
          list=${list && `${id}-list`}
          aria-describedby=${about}
          autocomplete="off"
          onInput=${(/** @type {Typed} */ { currentTarget }) => onValue(currentTarget.value)}
        />
        ${list && html`<datalist id="${id}-list">${list.map(each => html`<option value=${each}></option>`)}</datalist>`}`}
  />`

/**
 * One of several words.
 *
 * @param {{ label: string, hint?: unknown, value: string, options: readonly (string | { value: string, text: string })[], onValue: (value: string) => void, isRequired?: boolean }} props
 */
export const SelectField = ({ label, hint, value, options, onValue, isRequired = false }) =>
  html`<${Field}
    label=${label}
    hint=${hint}
    control=${(/** @type {string} */ id, /** @type {string | undefined} */ about) =>
      html`<select
        id=${id}
        value=${value}
        required=${isRequired}
        aria-describedby=${about}
        onChange=${(/** @type {Typed} */ { currentTarget }) => onValue(currentTarget.value)}
      >
        ${options.map(each => (typeof each === 'string' ? html`<option value=${each}>${each}</option>` : html`<option value=${each.value}>${each.text}</option>`))}
      </select>`}
  />`

/** @param {{ label: string, hint?: unknown, value: boolean, onValue: (value: boolean) => void }} props */
export const CheckField = ({ label, hint, value, onValue }) =>
  html`<label class="check field">
    <input
      type="checkbox"
      checked=${value}
      onChange=${(/** @type {Typed} */ { currentTarget }) => onValue(currentTarget.checked)}
    />
    <span>${label}${hint && html`<span>${hint}</span>`}</span>
  </label>`
