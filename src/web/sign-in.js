// @ts-check
import { useId, useState } from 'preact/hooks'
import { post, sentenceOf } from './data/call.js'
import { EntraButton } from './entra-button.js'
import { html } from './html.js'
import { Note } from './parts/note.js'

/**
 * What is shown to who is not signed in.
 *
 * @param {{ reason: string | undefined, onSignedIn: () => void }} props
 */
export const SignIn = ({ reason, onSignedIn }) => {
  const [token, setToken] = useState('')
  const [error, setError] = useState(/** @type {string | undefined} */ (undefined))
  const id = useId()
  const signIn = async (/** @type {Event} */ event) => {
    event.preventDefault()
    setError(undefined)
    try {
      await post('/api/sign-in', undefined, { Authorization: `Bearer ${token.trim()}` })
      onSignedIn()
    } catch (thrown) {
      setError(sentenceOf(thrown))
    }
  }
  return html`<main class="alone">
    <h1>Sign in to entrapipe</h1>
    ${reason !== undefined && error === undefined && html`<${Note}>${reason}<//>`}
    ${error !== undefined && html`<${Note} tone="bad">${error}<//>`}
    <${EntraButton} onSignedIn=${onSignedIn} onError=${setError} />
    <form onSubmit=${signIn}>
      <div class="field">
        <label for=${id}>Token</label>
        <p class="hint">An administrator makes one with <code>entrapipe access add</code>.</p>
        <input
          id=${id}
          type="password"
          autocomplete="off"
          required
          value=${token}
          onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => setToken(currentTarget.value)}
        />
      </div>
      <button class="main">Sign in</button>
    </form>
    <p class="quiet">
      On the machine of the server no token is needed: open the link that <code>entrapipe access link</code> prints.
    </p>
  </main>`
}
