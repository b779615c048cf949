// @ts-check
import { useState } from 'preact/hooks'
import { call, sentenceOf } from '../../data/call.js'
import { html } from '../../html.js'
import { Field } from '../../parts/field.js'
import { Note } from '../../parts/note.js'
import { counted } from '../../words/format.js'

/**
 * @typedef {{ row: number | string, column?: string, message: string, fix?: string }} RowProblem
 * @typedef {{ id: string, name: string, rows: number, wrong: number, problems: RowProblem[], notes: string[] }} Uploaded
 */

/** Sends a file, which the server checks. @param {File | Blob} file @param {string} name @param {string | undefined} operation @returns {Promise<Uploaded>} */
export const sendFile = (file, name, operation) =>
  call('POST', `/api/uploads${operation === undefined ? '' : `?operation=${encodeURIComponent(operation)}`}`, {
    body: file,
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, char => `%${char.charCodeAt(0).toString(16)}`)}`,
    },
  })

/**
 * A file with rows: it is sent and checked as soon as it is chosen.
 *
 * @param {{ label: string, operation?: string, isRequired: boolean, uploaded: Uploaded | undefined, onUploaded: (uploaded: Uploaded | undefined) => void }} props
 */
export const UploadField = ({ label, operation, isRequired, uploaded, onUploaded }) => {
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState(/** @type {string | undefined} */ (undefined))
  const choose = async (/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget: { files } }) => {
    const file = files?.[0]
    onUploaded(undefined)
    setError(undefined)
    if (!file) return
    setBusy(true)
    try {
      onUploaded(await sendFile(file, file.name, operation))
    } catch (thrown) {
      setError(sentenceOf(thrown))
    }
    setBusy(false)
  }
  const hint = html`CSV, JSON or Excel, a row for each object.
  ${operation !== undefined && html`${' '}<a href="/api/template?operation=${encodeURIComponent(operation)}" download>Download the template</a>`}`
  return html`<${Field}
      label=${label}
      hint=${hint}
      control=${(/** @type {string} */ id, /** @type {string} */ about) => html`<input id=${id} type="file" required=${isRequired && !uploaded} aria-describedby=${about} accept=".csv,.jsonl,.ndjson,.json,.xlsx,.gz,.zst" onChange=${choose} />`}
    />
    <div role="status">
      ${isBusy && html`<p>Sending and checking…</p>`} ${uploaded && html`<${Checked} uploaded=${uploaded} />`}
    </div>
    ${error !== undefined && html`<${Note} tone="bad">${error}<//>`}`
}

/** @param {string} name @param {number} rows @param {number} wrong */
const checkedWords = (name, rows, wrong) =>
  `${name}: ${counted(rows, 'row')}, ${wrong === 0 ? 'no problem found.' : `${counted(wrong, 'row')} with a problem: they will fail.`}`

/** What the check of a file has found. @param {{ uploaded: Uploaded }} props */
const Checked = ({ uploaded: { name, rows, wrong, problems, notes } }) =>
  html`<${Note} tone=${wrong > 0 ? 'warn' : 'good'}> ${[checkedWords(name, rows, wrong), ...notes].join(' ')} <//> ${
      problems.length > 0 &&
      html`<div class="scroll short" tabindex="0" role="region" aria-label="Problems of the file">
        <table>
          <thead>
            <tr>
              <th>Line</th>
              <th>Column</th>
              <th>Problem</th>
            </tr>
          </thead>
          <tbody>
            ${problems.map(
              ({ row, column, message, fix }) =>
                html`<tr>
                  <td>${row}</td>
                  <td>${column}</td>
                  <td class="wrap">${message} ${fix}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`
    }`
