// @ts-check
/** @import { JobFile } from '../../data/job-files.js' */
import { downloadOf } from '../../data/job-files.js'
import { useLoaded } from '../../data/load.js'
import { useEffect } from 'preact/hooks'
import { html } from '../../html.js'
import { Note } from '../../parts/note.js'
import { size } from '../../words/format.js'

/** The files that a job wrote. @param {{ id: string, state: string }} props they are read again when the state changes */
export const JobFiles = ({ id, state }) => {
  const { value, error, again } = useLoaded(`/api/jobs/${id}/files`)
  useEffect(again, [state])
  const files = /** @type {{ items: readonly JobFile[] } | undefined} */ (value)?.items ?? []
  if (error !== undefined) return html`<${Note} tone="bad">${error}<//>`
  if (files.length === 0) return null
  const isOfSeveral = files.some(({ tenant }) => tenant !== undefined)
  return html`<section class="panel">
    <h2>Files</h2>
    <div class="scroll half" tabindex="0" role="region" aria-label="Files">
      <table>
        <thead>
          <tr>
            ${isOfSeveral && html`<th>Tenant</th>`}
            <th>Name</th>
            <th class="number">Size</th>
            <th class="less">SHA-256</th>
          </tr>
        </thead>
        <tbody>
          ${files.map(
            file =>
              html`<tr>
                ${isOfSeveral && html`<td>${file.tenant}</td>`}
                <td>
                  ${file.at === undefined ? html`<a ...${downloadOf(id, file)}>${file.name}</a>` : `${file.name} (at ${file.at})`}
                </td>
                <td class="number">${size(file.bytes)}</td>
                <td class="less"><code>${file.sha256}</code></td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`
}
