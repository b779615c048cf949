// @ts-check
import { useJobs } from '../data/job-list.js'
import { html } from '../html.js'
import { Time } from '../parts/time.js'
import { ViewHead } from '../parts/view.js'
import { count } from '../words/format.js'
import { nameOf, tenantOf, typeOf } from './jobs/columns.js'

/** Jobs whose plans wait for a second person. */
export const ApprovalsView = () => {
  const waiting = useJobs().jobs.filter(({ state }) => state === 'awaiting-approval')
  return html`<${ViewHead} title="Approvals" />
    <p>
      What deletes, or gives a privileged role, waits until a second person approves its plan. What deletes in several
      tenants waits until somebody has looked at it.
    </p>
    ${
      waiting.length === 0
        ? html`<p role="status">No plan waits.</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-label="Plans that wait">
            <table>
              <thead>
                <tr>
                  <th>File name</th>
                  <th>Type</th>
                  <th>Tenant</th>
                  <th>Submitter</th>
                  <th class="number">Rows</th>
                  <th>Until</th>
                </tr>
              </thead>
              <tbody>
                ${waiting.map(
                  job =>
                    html`<tr key=${job.id}>
                      <td><a href="/jobs/${job.id}">${nameOf(job)}</a></td>
                      <td>${typeOf(job)}</td>
                      <td>${tenantOf(job)}</td>
                      <td>${job.by}</td>
                      <td class="number">${count(job.counts?.rows)}</td>
                      <td><${Time} at=${job.at} /></td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }`
}
