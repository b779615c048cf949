// @ts-check
import { useEffect, useRef } from 'preact/hooks'
import { html } from './html.js'
import { post } from './data/call.js'
import { useSignedIn } from './data/person.js'
import { useJobs } from './data/job-list.js'
import { ThemeSwitch } from './theme.js'
import { views } from './views/all.js'

const signOut = async () => {
  await post('/api/sign-out')
  location.assign('/')
}

/** The views, who is signed in, and the colours. @param {{ path: string }} props of the view that is shown */
export const Navigation = ({ path }) => {
  const { person, may } = useSignedIn()
  const waiting = useJobs().jobs.filter(({ state }) => state === 'awaiting-approval').length
  const menu = useRef(/** @type {HTMLElement | null} */ (null))
  // On a phone they are in one line, which is wider than the window. `scrollIntoView` would begin the order of the keyboard there.
  useEffect(() => {
    const shown = menu.current?.querySelector('[aria-current]')
    if (!menu.current || !shown) return
    const [all, own] = [menu.current, shown].map(each => each.getBoundingClientRect())
    if (all && own && (own.left < all.left || own.right > all.right)) menu.current.scrollLeft += own.left - all.left
  }, [path])
  return html`<header class="side">
    <a class="brand" href="/jobs">entrapipe</a>
    <nav aria-label="Views" ref=${menu}>
      <ul>
        ${views
          .filter(({ role }) => role === undefined || may(role))
          .map(
            ({ at, name }) =>
              html`<li>
                <a href=${at} aria-current=${path === at || path.startsWith(`${at}/`) ? 'page' : undefined}>
                  ${name}
                  ${at === '/approvals' && waiting > 0 && html`<span class="count">${waiting}<span class="hidden"> waiting</span></span>`}
                </a>
              </li>`,
          )}
      </ul>
    </nav>
    <div class="person">
      <p>${person.name}<span class="quiet">, ${person.roles.join(', ')}</span></p>
      <${ThemeSwitch} />
      ${person.by === 'cookie' && html`<button onClick=${signOut}>Sign out</button>`}
    </div>
  </header>`
}
