// @ts-check
import { useState } from 'preact/hooks'
import { useLoaded } from '../data/load.js'
import { html } from '../html.js'
import { Note } from '../parts/note.js'
import { SearchBar } from '../parts/search-bar.js'
import { Time } from '../parts/time.js'
import { ViewHead } from '../parts/view.js'

/** @typedef {{ job: string, revision: number, at: string, tenant: string, who: string, action: string, from?: string, to?: string, facts?: { name?: string } }} Entry */

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
  const entries = /** @type {{ items: readonly Entry[] } | undefined} */ (value)?.items ?? []
  const wanted = text.trim().toLowerCase()
  const found = entries.filter(({ job, tenant, who, action, facts }) =>
    `${job} ${tenant} ${who} ${action} ${facts?.name ?? ''}`.toLowerCase().includes(wanted),
  )
  return html`<${ViewHead} title="Audit"><button onClick=${again}>Read again</button><//>
    ${error !== undefined && html`<${Note} tone="bad">${error}<//>`}
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
    <p class="under" role="status">
      ${found.length === most ? `The newest ${most} entries.` : `${found.length} entries.`}
    </p>`
}
