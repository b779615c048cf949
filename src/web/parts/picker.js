// @ts-check
import { useEffect, useState } from 'preact/hooks'
import { get, sentenceOf } from '../data/call.js'
import { html } from '../html.js'
import { TextField } from './field.js'
import { Note } from './note.js'

/** @typedef {{ id: string, displayName: string | null, userPrincipalName?: string | null, mail: string | null }} Found a user or a group */

const pauseMs = 300

/** @param {Found} found */
const nameOf = ({ displayName, userPrincipalName, mail, id }) =>
  [displayName ?? id, userPrincipalName ?? mail].filter(Boolean).join(', ')

/**
 * Chooses users or groups of a directory by searching for them.
 *
 * @param {{ tenant: string, of: 'users' | 'groups', label: string, most?: number, chosen: readonly Found[], onChosen: (chosen: readonly Found[]) => void }} props
 */
export const Picker = ({ tenant, of, label, most = Infinity, chosen, onChosen }) => {
  const [text, setText] = useState('')
  const [found, setFound] = useState(/** @type {readonly Found[] | undefined} */ (undefined))
  const [error, setError] = useState(/** @type {string | undefined} */ (undefined))
  useEffect(() => {
    setFound(undefined)
    setError(undefined)
    const search = text.trim()
    if (search === '') return undefined
    const leaving = new AbortController()
    const timer = setTimeout(() => {
      get(
        `/api/directory/${encodeURIComponent(tenant)}/${of}?search=${encodeURIComponent(search)}`,
        leaving.signal,
      ).then(
        ({ items }) => setFound(items),
        thrown => leaving.signal.aborted || setError(sentenceOf(thrown)),
      )
    }, pauseMs)
    return () => {
      clearTimeout(timer)
      leaving.abort()
    }
  }, [text, tenant, of])
  const others = found?.filter(({ id }) => !chosen.some(each => each.id === id))
  return html`<div class="picker">
    ${
      chosen.length > 0 &&
      html`<ul class="chips" aria-label=${`Chosen ${of}`}>
        ${chosen.map(
          one =>
            html`<li key=${one.id}>
              ${nameOf(one)}
              <button
                type="button"
                class="plain"
                aria-label=${`Leave ${nameOf(one)} out`}
                onClick=${() => onChosen(chosen.filter(({ id }) => id !== one.id))}
              >
                ×
              </button>
            </li>`,
        )}
      </ul>`
    }
    ${chosen.length < most && html`<${TextField} label=${label} type="search" placeholder="Beginning of a name or address" value=${text} onValue=${setText} />`}
    ${error !== undefined && html`<${Note} tone="bad">${error}<//>`}
    <div role="status">${others?.length === 0 && html`<p class="quiet">Nothing else is found.</p>`}</div>
    ${
      others &&
      others.length > 0 &&
      html`<ul class="found" aria-label="Found">
        ${others.map(
          one =>
            html`<li key=${one.id}>
              <button
                type="button"
                onClick=${() => {
                  onChosen([...chosen, one])
                  if (chosen.length + 1 >= most) setText('')
                }}
              >
                ${nameOf(one)}
              </button>
            </li>`,
        )}
      </ul>`
    }
  </div>`
}
