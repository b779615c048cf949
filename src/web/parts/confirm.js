// @ts-check
import { useId, useState } from 'preact/hooks'
import { sentenceOf } from '../data/call.js'
import { html } from '../html.js'
import { count } from '../words/format.js'
import { Dialog } from './dialog.js'
import { Note } from './note.js'

/**
 * Asks before something is done. What deletes is confirmed by typing how many it deletes.
 *
 * @param {{
 *   title: string,
 *   action: string,
 *   typed?: number,
 *   isDangerous?: boolean,
 *   onConfirm: () => Promise<unknown>,
 *   onClose: () => void,
 *   children?: unknown,
 * }} props `typed` is the number to type; the dialog stays when `onConfirm` returns false
 */
export const Confirm = ({ title, action, typed, isDangerous = typed !== undefined, onConfirm, onClose, children }) => {
  const [text, setText] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState(/** @type {string | undefined} */ (undefined))
  const id = useId()
  const isTyped = typed === undefined || text.replaceAll(/[,.\s]/g, '') === String(typed)
  const confirm = async (/** @type {Event} */ event) => {
    event.preventDefault()
    if (!isTyped || isBusy) return
    setBusy(true)
    setError(undefined)
    try {
      if ((await onConfirm()) !== false) onClose()
    } catch (thrown) {
      setError(sentenceOf(thrown))
      setBusy(false)
    }
  }
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <form onSubmit=${confirm}>
      ${children}
      ${
        typed !== undefined &&
        html`<div class="field">
          <label for=${id}>Type ${count(typed)} to confirm</label>
          <input
            id=${id}
            inputmode="numeric"
            autocomplete="off"
            value=${text}
            onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => setText(currentTarget.value)}
          />
        </div>`
      }
      ${error !== undefined && html`<${Note} tone="bad">${error}<//>`}
      <div class="actions">
        <button type="button" onClick=${onClose}>Back</button>
        <button class=${isDangerous ? 'main danger' : 'main'} disabled=${!isTyped || isBusy}>${action}</button>
      </div>
    </form>
  <//>`
}
