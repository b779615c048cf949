// @ts-check
/** @import { Job } from '../../../jobs/job.ts' */
import { html } from '../../html.js'
import { failureOf, successOf } from '../../words/counts.js'
import { count } from '../../words/format.js'

const outcomes = /** @type {const} */ (['done', 'unchanged', 'skipped', 'waiting', 'pending', 'failed', 'unknown'])

/** How many rows ended how. @param {{ job: Job }} props */
export const JobCounts = ({ job: { counts } }) => {
  if (!counts) return null
  return html`<section class="panel">
    <h2>Counts</h2>
    <dl class="stats">
      <div>
        <dt># Success</dt>
        <dd>${count(successOf(counts))}</dd>
      </div>
      <div>
        <dt># Failure</dt>
        <dd class=${failureOf(counts) > 0 ? 'bad' : ''}>${count(failureOf(counts))}</dd>
      </div>
      <div>
        <dt>Total requests</dt>
        <dd>${count(counts.rows)}</dd>
      </div>
    </dl>
    <h3>By outcome</h3>
    <dl class="facts figures">
      ${outcomes
        .filter(name => counts[name] > 0)
        .map(
          name =>
            html`<dt>${name}</dt>
              <dd>${count(counts[name])}</dd>`,
        )}
    </dl>
  </section>`
}
