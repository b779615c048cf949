// @ts-check
import { useState } from 'preact/hooks'
import { remove } from '../../data/call.js'
import { useLoaded } from '../../data/load.js'
import { html } from '../../html.js'
import { Confirm } from '../../parts/confirm.js'
import { Note } from '../../parts/note.js'
import { Time } from '../../parts/time.js'
import { ViewHead } from '../../parts/view.js'
import { AddToken } from './add-token.js'

/** @typedef {{ id: string, name: string, role: string, tenants: string[] | 'all', person?: string, createdAt: string, expiresAt: string, revokedAt?: string, by: string }} Token */

/** The tokens that let people and programs in, for administrators. */
export const AccessView = () => {
  const { value, error, again } = useLoaded('/api/access')
  const [isAdding, setAdding] = useState(false)
  const [revoking, setRevoking] = useState(/** @type {Token | undefined} */ (undefined))
  const tokens = /** @type {{ items: readonly Token[] } | undefined} */ (value)?.items
  return html`<${ViewHead} title="Access"
      ><button class="main" onClick=${() => setAdding(true)}>Make a token…</button><//
    >
    ${error !== undefined && html`<${Note} tone="bad">${error}<//>`}
    ${tokens?.length === 0 && html`<p role="status">There are no tokens.</p>`}
    ${
      tokens &&
      tokens.length > 0 &&
      html`<div class="scroll" tabindex="0" role="region" aria-label="Tokens">
        <table>
          <thead>
            <tr>
              <th>Name</th>
              <th>Role</th>
              <th class="less">Person</th>
              <th class="less">Tenants</th>
              <th class="least">Made</th>
              <th class="less">Ends</th>
              <th>State</th>
            </tr>
          </thead>
          <tbody>
            ${tokens.map(
              token =>
                html`<tr key=${token.id}>
                  <td>${token.name}</td>
                  <td>${token.role}</td>
                  <td class="less">${token.person}</td>
                  <td class="less">${token.tenants === 'all' ? 'all' : token.tenants.join(', ')}</td>
                  <td class="least"><${Time} at=${token.createdAt} /></td>
                  <td class="less"><${Time} at=${token.expiresAt} /></td>
                  <td>
                    ${
                      token.revokedAt
                        ? 'revoked'
                        : html`<button
                            class="plain"
                            aria-label=${`Revoke ${token.name}…`}
                            onClick=${() => setRevoking(token)}
                          >
                            Revoke…
                          </button>`
                    }
                  </td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`
    }
    ${isAdding && html`<${AddToken} onMade=${again} onClose=${() => setAdding(false)} />`}
    ${
      revoking &&
      html`<${Confirm}
        title=${`Revoke ${revoking.name}?`}
        action="Revoke"
        isDangerous
        onConfirm=${async () => {
          await remove(`/api/access/${revoking.id}`)
          again()
        }}
        onClose=${() => setRevoking(undefined)}
      >
        <p>Who uses it is signed out, and gets in with it no more.</p>
      <//>`
    }`
}
