// @ts-check
import { useEffect, useId, useRef } from 'preact/hooks'
import { html } from '../html.js'

/**
 * A dialog over the view. Escape closes it, and the focus goes back to where it was.
 *
 * @param {{ title: string, onClose: () => void, children?: unknown }} props
 */
export const Dialog = ({ title, onClose, children }) => {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null))
  const id = useId()
  useEffect(() => {
    const opened = /** @type {HTMLDialogElement} */ (element.current)
    opened.addEventListener('close', onClose)
    opened.showModal()
    return () => {
      // It says that it is closed later, when nobody may hear it any more.
      opened.removeEventListener('close', onClose)
      opened.close()
    }
  }, [])
  return html`<dialog ref=${element} aria-labelledby=${id}>
    <h2 id=${id}>${title}</h2>
    ${children}
  </dialog>`
}
