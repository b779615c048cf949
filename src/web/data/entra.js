// @ts-check
import { go } from '../route.js'
import { post } from './call.js'

/** @typedef {{ clientId: string, authorize: string, token: string, scope: string }} Entra where a page gets a token for the server */

const kept = 'entra'

/** Bytes as text of URLs. @param {Uint8Array} bytes */
const base64url = bytes =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)))

/** The address to which Entra sends the browser back: the app registration has it. */
const back = () => `${location.origin}/`

/**
 * Leaves the page to sign in with Entra, by a code and the proof that this window asked for it.
 *
 * @param {Entra} entra
 */
export const leaveToEntra = async ({ clientId, authorize, scope }) => {
  const [state, verifier] = [random(), random()]
  sessionStorage.setItem(kept, JSON.stringify({ state, verifier, view: `${location.pathname}${location.search}` }))
  const challenge = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)))
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: back(),
    response_mode: 'fragment',
    scope,
    state,
    code_challenge: base64url(challenge),
    code_challenge_method: 'S256',
  })
  location.assign(`${authorize}?${query}`)
}

/** What Entra says of an error, without the ids that follow in lines of their own. @param {string | null | undefined} description */
const firstLine = description => (description ?? '').split(/\r?\n/)[0]

/** @param {string} why @returns {never} */
const refused = why => {
  throw new Error(`Entra has not signed you in: ${why || 'it does not say why.'}`)
}

/** Whether the browser comes back from Entra. */
export const comesFromEntra = () => /^#(?:.*&)?(?:code|error)=/.test(location.hash)

/**
 * Signs in with the code with which the browser came back.
 *
 * @param {Entra} entra
 * @throws {Error} a sentence for the person
 */
export const signInWithEntra = async ({ clientId, token, scope }) => {
  const answer = new URLSearchParams(location.hash.slice(1))
  const own = JSON.parse(sessionStorage.getItem(kept) ?? '{}')
  sessionStorage.removeItem(kept)
  // The code is of no use any more, and is not kept in the history.
  go(own.view ?? '/', { replaces: true })
  if (own.state === undefined || answer.get('state') !== own.state)
    return refused('this window has not asked for it. Try again.')
  const code = answer.get('code')
  if (code === null) return refused(firstLine(answer.get('error_description') ?? answer.get('error')) ?? '')
  const reply = await fetch(token, {
    method: 'POST',
    body: new URLSearchParams({
      client_id: clientId,
      grant_type: 'authorization_code',
      code,
      redirect_uri: back(),
      code_verifier: own.verifier,
      scope,
    }),
  }).catch(() => refused('it cannot be reached.'))
  const given = await reply.json().catch(() => ({}))
  if (typeof given.access_token !== 'string') return refused(firstLine(given.error_description) ?? '')
  await post('/api/sign-in', undefined, { Authorization: `Bearer ${given.access_token}` })
}
