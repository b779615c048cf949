// @ts-check
import { useCallback, useEffect, useState } from 'preact/hooks'
import { CallError, get, sentenceOf, signedOut } from './data/call.js'
import { EndNotices } from './data/end-notices.js'
import { followJobs, forgetJobs } from './data/job-list.js'
import { SignedIn } from './data/person.js'
import { html } from './html.js'
import { Navigation } from './navigation.js'
import { Note } from './parts/note.js'
import { Notices } from './parts/notices.js'
import { useRoute } from './route.js'
import { SignIn } from './sign-in.js'
import { viewOf } from './views/all.js'

/** @typedef {{ signed?: import('./data/person.js').Signed, refused?: string, error?: string }} State */

/** Who is signed in; `refused` says why nobody is. @returns {Promise<State>} */
const lookWho = async () => {
  try {
    const [person, { items }] = await Promise.all([get('/api/me'), get('/api/tenants')])
    const tenants = /** @type {readonly { name: string, tags: string[] }[]} */ (items)
    const tags = [...new Set(tenants.flatMap(({ tags }) => tags))].sort()
    return { signed: { person, tenants: tenants.map(({ name }) => name), tags } }
  } catch (error) {
    return error instanceof CallError && error.problem.status === 401
      ? { refused: error.problem.detail }
      : { error: sentenceOf(error) }
  }
}

/** The page: a sign-in, or the views. */
export const App = () => {
  const [state, setState] = useState(/** @type {State} */ ({}))
  const look = useCallback(() => void lookWho().then(setState), [])
  useEffect(() => {
    look()
    const over = () => setState(state => (state.signed ? { refused: 'The session is over.' } : state))
    signedOut.addEventListener('signed-out', over)
    return () => signedOut.removeEventListener('signed-out', over)
  }, [])
  const { signed, refused, error } = state
  if (signed) return html`<${SignedIn.Provider} value=${signed}><${Shell} /><//>`
  if (refused !== undefined) return html`<${SignIn} reason=${refused} onSignedIn=${look} />`
  return html`<main class="alone">
    ${
      error === undefined
        ? html`<p role="status">Loading…</p>`
        : html`<${Note} tone="bad">${error}<//><button onClick=${look}>Try again</button>`
    }
  </main>`
}

const Shell = () => {
  const { path, query } = useRoute()
  useEffect(() => {
    followJobs()
    return forgetJobs
  }, [])
  const { View, id } = viewOf(path)
  return html`<div class="shell">
    <a class="skip" href="#view">Skip to the view</a>
    <${Navigation} path=${path} />
    <main class="view" id="view" tabindex="-1"><${View} key=${path} id=${id} query=${query} /></main>
    <${EndNotices} />
    <${Notices} />
  </div>`
}
