// @ts-check
import { html } from '../html.js'

/**
 * A sentence that a person should read. One about a failure is read out at once.
 *
 * @param {{ tone?: '' | 'good' | 'bad' | 'warn', children?: unknown }} props
 */
export const Note = ({ tone = '', children }) =>
  html`<div class="note ${tone}" role=${tone === 'bad' ? 'alert' : undefined}>${children}</div>`
