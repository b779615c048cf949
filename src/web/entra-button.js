// @ts-check
/** @import { Entra } from './data/entra.js' */
import { useEffect, useState } from 'preact/hooks'
import { get, sentenceOf } from './data/call.js'
import { comesFromEntra, leaveToEntra, signInWithEntra } from './data/entra.js'
import { html } from './html.js'

/**
 * Signs in with Entra, where the server accepts that.
 *
 * @param {{ onSignedIn: () => void, onError: (error: string) => void }} props
 */
export const EntraButton = ({ onSignedIn, onError }) => {
  const [entra, setEntra] = useState(/** @type {Entra | undefined} */ (undefined))
  const [isBusy, setBusy] = useState(comesFromEntra())
  useEffect(() => {
    const look = async () => {
      const { entra: found } = await get('/api/sign-in')
      setEntra(found)
      if (!found || !comesFromEntra()) return setBusy(false)
      await signInWithEntra(found)
      onSignedIn()
    }
    look().catch(error => {
      setBusy(false)
      onError(sentenceOf(error))
    })
  }, [])
  if (isBusy) return html`<p role="status">Signing in…</p>`
  return (
    entra &&
    html`<p>
      <button
        class="main"
        onClick=${() => {
          setBusy(true)
          void leaveToEntra(entra)
        }}
      >
        Sign in with Entra
      </button>
    </p>`
  )
}
