// @ts-check
/** @import { Job } from '../../../jobs/job.ts' */
import { html } from '../../html.js'
import { StateTag } from '../../parts/tag.js'
import { failureOf, successOf } from '../../words/counts.js'
import { count, counted } from '../../words/format.js'
import { isOver, stateOf } from '../../words/states.js'
import { reasonOf } from '../jobs/columns.js'

/** Those that a person should look at come first. @param {readonly Job[]} jobs */
const inOrder = jobs =>
  [...jobs].sort((one, other) => {
    const [first, second] = [one, other].map(job => (stateOf(job).tone === 'bad' ? 0 : 1))
    return /** @type {number} */ (first) - /** @type {number} */ (second) || (one.tenant < other.tenant ? -1 : 1)
  })

/** The jobs of the tenants of a job over several. @param {{ job: Job, parts: readonly Job[] | undefined }} props */
export const TenantJobs = ({ job, parts }) => {
  const of = job.tenants?.length ?? 0
  const over = parts?.filter(({ state }) => isOver(state)).length ?? 0
  const flawed = parts?.filter(part => stateOf(part).tone === 'bad').length ?? 0
  return html`<section class="panel" aria-labelledby="tenants">
    <h2 id="tenants">Tenants</h2>
    ${!isOver(job.state) && html`<progress aria-labelledby="tenants" max=${of} value=${over}></progress>`}
    <p role="status">
      ${`${count(over)} of ${counted(of, 'tenant')} ${over === 1 ? 'has' : 'have'} ended${flawed === 0 ? '.' : `, ${count(flawed)} with failures.`}`}
    </p>
    ${
      parts &&
      html`<div class="scroll half" tabindex="0" role="region" aria-labelledby="tenants">
        <table>
          <thead>
            <tr>
              <th>Tenant</th>
              <th>State</th>
              <th class="less">Reason</th>
              <th class="number"># Success</th>
              <th class="number"># Failure</th>
              <th class="number less">Total requests</th>
            </tr>
          </thead>
          <tbody>
            ${inOrder(parts).map(
              part =>
                html`<tr key=${part.id}>
                  <td><a href="/jobs/${part.id}">${part.tenant}</a></td>
                  <td><${StateTag} job=${part} /></td>
                  <td class="less wrap">${reasonOf(part)}</td>
                  <td class="number">${part.counts && count(successOf(part.counts))}</td>
                  <td class="number">${part.counts && count(failureOf(part.counts))}</td>
                  <td class="number less">${part.counts && count(part.counts.rows)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`
    }
  </section>`
}
