// @ts-check
import { html } from '../html.js'
import { minute, time } from '../words/format.js'

/** A time, and nothing where there is none. @param {{ at: string | undefined, isShort?: boolean }} props `isShort` leaves its seconds to the tooltip */
export const Time = ({ at, isShort = false }) =>
  at === undefined
    ? null
    : html`<time datetime=${at} title=${isShort ? time(at) : undefined}>${isShort ? minute(at) : time(at)}</time>`
