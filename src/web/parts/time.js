// @ts-check
import { html } from '../html.js'
import { time } from '../words/format.js'

/** A time, and nothing where there is none. @param {{ at: string | undefined }} props */
export const Time = ({ at }) => (at === undefined ? null : html`<time datetime=${at}>${time(at)}</time>`)
