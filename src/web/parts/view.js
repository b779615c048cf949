// @ts-check
import { useEffect, useRef } from 'preact/hooks'
import { html } from '../html.js'

let isFirst = true

/**
 * The heading of a view with its actions. A view that replaces another one gets the focus, so that a screen reader reads it.
 *
 * @param {{ title: string, beside?: unknown, children?: unknown }} props children are the actions
 */
export const ViewHead = ({ title, beside, children }) => {
  const heading = useRef(/** @type {HTMLHeadingElement | null} */ (null))
  useEffect(() => {
    if (!isFirst) heading.current?.focus()
    isFirst = false
  }, [])
  useEffect(() => {
    document.title = `${title} – entrapipe`
  }, [title])
  return html`<div class="head">
    <h1 tabindex="-1" ref=${heading}>${title}</h1>
    ${beside} ${children && html`<div class="actions">${children}</div>`}
  </div>`
}
