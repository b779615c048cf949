// @ts-check
import { useJobs } from '../data/job-list.js'
import { useSignedIn } from '../data/person.js'
import { html } from '../html.js'
import { ViewHead } from '../parts/view.js'
import { count } from '../words/format.js'
import { isOver } from '../words/states.js'
import { isOf } from './jobs/filter.js'

/** The tenants that the person sees, and what happens in each. */
export const TenantsView = () => {
  const { tenants } = useSignedIn()
  const { jobs } = useJobs()
  const link = (/** @type {string} */ tenant, /** @type {string} */ state, /** @type {number} */ number) =>
    number === 0
      ? '0'
      : html`<a href="/jobs?tenant=${encodeURIComponent(tenant)}${state && `&state=${state}`}">${count(number)}</a>`
  return html`<${ViewHead} title="Tenants" />
    <div class="scroll" tabindex="0" role="region" aria-label="Tenants">
      <table>
        <thead>
          <tr>
            <th>Tenant</th>
            <th class="number">Jobs</th>
            <th class="number">Not ended</th>
            <th class="number">Awaiting approval</th>
            <th class="number">Failed</th>
          </tr>
        </thead>
        <tbody>
          ${tenants.map(tenant => {
            const own = jobs.filter(job => isOf(job, tenant))
            const of = (/** @type {string} */ state) => own.filter(job => job.state === state).length
            return html`<tr key=${tenant}>
              <td>${tenant}</td>
              <td class="number">${link(tenant, '', own.length)}</td>
              <td class="number">${link(tenant, 'active', own.filter(({ state }) => !isOver(state)).length)}</td>
              <td class="number">${link(tenant, 'awaiting-approval', of('awaiting-approval'))}</td>
              <td class="number">${link(tenant, 'failed', of('failed'))}</td>
            </tr>`
          })}
        </tbody>
      </table>
    </div>`
}
