// @ts-check
import { useLoaded } from '../../data/load.js'
import { useEffect } from 'preact/hooks'
import { html } from '../../html.js'
import { Note } from '../../parts/note.js'
import { size } from '../../words/format.js'

/** @typedef {{ name: string, bytes: number, sha256: string }} JobFile */

/** The files that a job wrote. @param {{ id: string, state: string }} props they are read again when the state changes */
export const JobFiles = ({ id, state }) => {
  const { value, error, again } = useLoaded(`/api/jobs/${id}/files`)
  useEffect(again, [state])
  const files = /** @type {{ items: readonly JobFile[] } | undefined} */ (value)?.items ?? []
  if (error !== undefined) return html`<${Note} tone="bad">${error}<//>`
  if (files.length === 0) return null
  return html`<section class="panel">
    <h2>Files</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Name</th>
            <th class="number">Size</th>
            <th class="less">SHA-256</th>
          </tr>
        </thead>
        <tbody>
          ${files.map(
            ({ name, bytes, sha256 }) =>
              html`<tr>
                <td><a href="/api/jobs/${id}/files/${encodeURIComponent(name)}" download=${name}>${name}</a></td>
                <td class="number">${size(bytes)}</td>
                <td class="less"><code>${sha256}</code></td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`
}
