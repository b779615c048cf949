// @ts-check
import { useState } from 'preact/hooks'
import { get, sentenceOf } from '../data/call.js'
import { useLoaded } from '../data/load.js'
import { html } from '../html.js'
import { Note } from '../parts/note.js'
import { SearchBar } from '../parts/search-bar.js'
import { Time } from '../parts/time.js'
import { ViewHead } from '../parts/view.js'

/** @typedef {{ job: string, revision: number, at: string, tenant: string, who: string, action: string, from?: string, to?: string, facts?: { name?: string } }} Entry */

/** @typedef {{ items: readonly Entry[], next?: string }} Page */

const most = 1000

/** What an entry is about, as a link. @param {{ job: string, name: string | undefined }} props `name`: that of a token */
const Subject = ({ job, name }) => {
  const schedule = job.startsWith('schedule/') ? job.slice('schedule/'.length) : undefined
  if (job.startsWith('access/')) return html`<a href="/access">${name ?? 'access'}</a>`
  return schedule === undefined
    ? html`<a href="/jobs/${job}">${job}</a>`
    : html`<a href="/schedules/${encodeURIComponent(schedule)}">${schedule}</a>`
}

/** Who did what, the newest first. */
export const AuditView = () => {
  const [text, setText] = useState('')
  const { value, error, again } = useLoaded(`/api/audit?limit=${most}`)
  const first = /** @type {Page | undefined} */ (value)
  const [older, setOlder] = useState(/** @type {readonly Page[]} */ ([]))
  const [refused, setRefused] = useState(/** @type {string | undefined} */ (undefined))
  const pages = first ? [first, ...older] : []
  const entries = pages.flatMap(({ items }) => items)
  const next = pages.at(-1)?.next
  const readOlder = () =>
    get(`/api/audit?limit=${most}&cursor=${encodeURIComponent(String(next))}`)
      .then(page => setOlder([...older, page]))
      .catch(thrown => setRefused(sentenceOf(thrown)))
  const readAgain = () => {
    setOlder([])
    setRefused(undefined)
    again()
  }
  const wanted = text.trim().toLowerCase()
  const found = entries.filter(({ job, tenant, who, action, facts }) =>
    `${job} ${tenant} ${who} ${action} ${facts?.name ?? ''}`.toLowerCase().includes(wanted),
  )
  return html`<${ViewHead} title="Audit"><button onClick=${readAgain}>Read again</button><//>
    ${error !== undefined && html`<${Note} tone="bad">${error}<//>`}
    ${refused !== undefined && html`<${Note} tone="bad">${refused}<//>`}
    <${SearchBar} placeholder="Person, action, job" text=${text} onText=${setText} />
    <div class="scroll tall" tabindex="0" role="region" aria-label="Audit">
      <table>
        <thead>
          <tr>
            <th>At</th>
            <th>Who</th>
            <th>Action</th>
            <th>Job, schedule or token</th>
            <th class="less">Tenant</th>
            <th class="less">State</th>
          </tr>
        </thead>
        <tbody>
          ${found.map(
            ({ job, revision, at, tenant, who, action, from, to, facts }) =>
              html`<tr key=${`${job}/${revision}`}>
                <td><${Time} at=${at} /></td>
                <td>${who}</td>
                <td>${action}</td>
                <td class="wrap"><${Subject} job=${job} name=${facts?.name} /></td>
                <td class="less">${tenant}</td>
                <td class="less">${[from, to].filter(Boolean).join(' → ')}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="under">
      <span role="status">${found.length} of ${next === undefined ? '' : 'the newest '}${entries.length} entries.</span>
      ${next !== undefined && html` <button onClick=${readOlder}>Read older entries</button>`}
    </p>`
}
