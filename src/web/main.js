// @ts-check
import { render } from 'preact'
import { App } from './app.js'
import { html } from './html.js'
import { followLink } from './route.js'

document.addEventListener('click', followLink)
render(html`<${App} />`, /** @type {HTMLElement} */ (document.getElementById('page')))
