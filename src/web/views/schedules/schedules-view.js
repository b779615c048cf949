// @ts-check
/** @import { Schedule } from '../../../jobs/schedules/schedule.ts' */
import { useLoaded } from '../../data/load.js'
import { useSignedIn } from '../../data/person.js'
import { html } from '../../html.js'
import { Note } from '../../parts/note.js'
import { Time } from '../../parts/time.js'
import { ViewHead } from '../../parts/view.js'
import { tenantWords } from './tenant-words.js'
import { whenWords } from './when-words.js'

/** What starts jobs at set times. */
export const SchedulesView = () => {
  const { value, error } = useLoaded('/api/schedules')
  const { may } = useSignedIn()
  const schedules = /** @type {{ items: readonly Schedule[] } | undefined} */ (value)?.items
  return html`<${ViewHead} title="Schedules" />
    ${may('Operator') && html`<p>A schedule is added with the form of what it starts: choose it in <a href="/submit">Submit</a>.</p>`}
    ${error !== undefined && html`<${Note} tone="bad">${error}<//>`}
    ${schedules?.length === 0 && html`<p role="status">There are no schedules.</p>`}
    ${
      schedules &&
      schedules.length > 0 &&
      html`<div class="scroll" tabindex="0" role="region" aria-label="Schedules">
        <table>
          <thead>
            <tr>
              <th>Name</th>
              <th class="less">Type</th>
              <th class="least">Tenant</th>
              <th>State</th>
              <th class="less">When</th>
              <th>Next</th>
              <th class="less">Last job</th>
              <th>Alert</th>
            </tr>
          </thead>
          <tbody>
            ${schedules.map(
              ({ name, pipeline, tenant, tenants, tags, state, when, nextAt, lastJob, alert }) =>
                html`<tr key=${name}>
                  <td><a href="/schedules/${encodeURIComponent(name)}">${name}</a></td>
                  <td class="less">${pipeline}</td>
                  <td class="least">${tenantWords({ tenant, tenants, tags })}</td>
                  <td><span class="tag ${state === 'active' ? 'good' : ''}">${state}</span></td>
                  <td class="less">${whenWords(when)}</td>
                  <td><${Time} at=${nextAt} /></td>
                  <td class="less">${lastJob && html`<a href="/jobs/${lastJob}">${lastJob}</a>`}</td>
                  <td class="wrap bad">${alert}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`
    }`
}
