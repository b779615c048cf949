// @ts-check
import { html } from '../html.js'
import { ViewHead } from '../parts/view.js'

/** An address that leads to nothing. */
export const MissingView = () =>
  html`<${ViewHead} title="Not found" />
    <p>The page has nothing at this address.</p>
    <p><a href="/jobs">Show the jobs</a></p>`
