// @ts-check
/** @import { Job } from '../../../jobs/job.ts' */
import { useState } from 'preact/hooks'
import { addressOf } from '../../data/job-address.js'
import { useLoaded } from '../../data/load.js'
import { html } from '../../html.js'
import { Note } from '../../parts/note.js'
import { count } from '../../words/format.js'

const outcomes = /** @type {const} */ (['failed', 'unknown', 'skipped', 'waiting', 'done', 'unchanged'])
const pageRows = 100

/** @typedef {{ key: string | number, step: number, phase?: string, operation: string | null, target: string | null, tenant: string | null, outcome: string, action: string | null, code: string | null, message: string | null, fix: string | null }} Result */

/**
 * The results of the rows of a job: a page at a time, however many there are.
 *
 * @param {{ job: Job }} props
 */
export const Results = ({ job: { id, run, counts, state, tenants, writes } }) => {
  const hasRun = run !== undefined || (tenants !== undefined && counts !== undefined)
  const [outcome, setOutcome] = useState('')
  // The cursors of the pages up to the one that is shown.
  const [cursors, setCursors] = useState(/** @type {readonly string[]} */ ([]))
  const query = new URLSearchParams(outcome === '' ? {} : { outcome })
  const paged = new URLSearchParams(query)
  paged.set('limit', String(pageRows))
  const cursor = cursors.at(-1)
  if (cursor !== undefined) paged.set('cursor', cursor)
  // When the job ends, there are rows that a page which was read before lacks.
  const { value, error, again } = useLoaded(!hasRun ? undefined : `${addressOf(id)}/results?${paged}`, state)
  if (!hasRun) return null
  const page = /** @type {{ items: readonly Result[], next?: string } | undefined} */ (value)
  const choose = (/** @type {string} */ wanted) => {
    setOutcome(wanted)
    setCursors([])
  }
  const file = (/** @type {string} */ format) => {
    const all = new URLSearchParams(query)
    all.set('format', format)
    if (format === 'json') all.set('all', 'true')
    return `${addressOf(id)}/results?${all}`
  }
  const first = cursors.length * pageRows
  return html`<section class="panel" aria-labelledby="results">
    <div class="head">
      <h2 id="results">Results</h2>
      <label class="actions">
        Outcome
        <select
          value=${outcome}
          onChange=${(/** @type {{ currentTarget: HTMLSelectElement }} */ { currentTarget }) => choose(currentTarget.value)}
        >
          <option value="">All</option>
          ${outcomes.map(name => html`<option value=${name}>${name}${counts ? ` (${count(counts[name])})` : ''}</option>`)}
        </select>
      </label>
      <div class="actions">
        ${state === 'running' && html`<button onClick=${again}>Read again</button>`}
        <span>Download</span>
        ${['csv', 'jsonl', 'json'].map(format => html`<a href=${file(format)} download>${format.toUpperCase()}</a>`)}
        ${
          writes &&
          !tenants &&
          counts !== undefined &&
          counts.failed > 0 &&
          html`<a href=${`${addressOf(id)}/results?format=csv&outcome=failed&asInput=true`} download
            >Failed rows, to correct</a
          >`
        }
      </div>
    </div>
    ${error !== undefined && html`<${Note} tone="bad">${error}<//>`}
    ${page && (page.items.length === 0 ? html`<p class="quiet">No rows${outcome && ` are ${outcome}`}.</p>` : html`<${ResultTable} rows=${page.items} hasTenants=${tenants !== undefined} />`)}
    ${!page && error === undefined && html`<p role="status">Loading…</p>`}
    ${
      page &&
      (cursors.length > 0 || page.next !== undefined) &&
      html`<div class="under">
        <button disabled=${cursors.length === 0} onClick=${() => setCursors(cursors.slice(0, -1))}>Previous</button>
        <button
          disabled=${page.next === undefined}
          onClick=${() => page.next !== undefined && setCursors([...cursors, page.next])}
        >
          Next
        </button>
        <span role="status">Rows ${count(first + 1)} to ${count(first + page.items.length)}</span>
      </div>`
    }
  </section>`
}

/** @param {{ rows: readonly Result[], hasTenants: boolean }} props */
const ResultTable = ({ rows, hasTenants }) =>
  html`<div class="scroll" tabindex="0" role="region" aria-labelledby="results">
    <table>
      <thead>
        <tr>
          ${hasTenants && html`<th>Tenant</th>`}
          <th>Row</th>
          <th>Outcome</th>
          <th class="less">Operation</th>
          <th class="less">Target</th>
          <th>Message</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ key, step, tenant, operation, target, outcome, action, code, message, fix }) =>
            html`<tr key=${`${tenant}/${key}/${step}`}>
              ${hasTenants && html`<td>${tenant}</td>`}
              <td>${key}${step > 0 && `, step ${step + 1}`}</td>
              <td class=${outcome === 'failed' || outcome === 'unknown' ? 'bad' : ''}>${outcome}</td>
              <td class="less">${operation}</td>
              <td class="wrap less">${target}</td>
              <td class="wrap">
                <span class="narrow">${target}${' '}</span
                >${[message ?? action, fix].filter(Boolean).join(' ')}${code && html`${' '}<span class="quiet">${code}</span>`}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
