// @ts-check
import { useEffect, useState } from 'preact/hooks'
import { html } from '../html.js'

/** @typedef {{ id: number, tone: '' | 'good' | 'bad' | 'warn', text: string, links: { href: string, text: string, isFile?: boolean }[] }} Notice */

const added = new EventTarget()
let last = 0
const most = 4

/**
 * Shows a notice over the view until it is dismissed, and lets screen readers read it.
 *
 * @param {string} text
 * @param {{ tone?: Notice['tone'], links?: Notice['links'] }} [more]
 */
export const notify = (text, { tone = '', links = [] } = {}) =>
  added.dispatchEvent(new CustomEvent('notice', { detail: { id: ++last, tone, text, links } }))

/** Where notices are shown. */
export const Notices = () => {
  const [notices, setNotices] = useState(/** @type {Notice[]} */ ([]))
  useEffect(() => {
    const add = (/** @type {Event} */ event) =>
      setNotices(notices => [...notices, /** @type {CustomEvent<Notice>} */ (event).detail].slice(-most))
    added.addEventListener('notice', add)
    return () => added.removeEventListener('notice', add)
  }, [])
  const dismiss = (/** @type {number} */ id) => setNotices(notices => notices.filter(notice => notice.id !== id))
  return html`<div class="notices" role="status" aria-live="polite">
    ${notices.map(
      ({ id, tone, text, links }) =>
        html`<div class="note ${tone}" key=${id}>
          <div>
            ${text}
            ${links.map(({ href, text, isFile }) => html` <a href=${href} download=${isFile || undefined}>${text}</a>`)}
          </div>
          <button class="plain" onClick=${() => dismiss(id)}>Dismiss</button>
        </div>`,
    )}
  </div>`
}
