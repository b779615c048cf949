// @ts-check
/** @import { Job } from '../../../jobs/job.ts' */
import { html } from '../../html.js'
import { Time } from '../../parts/time.js'
import { paramWords } from '../../words/param-names.js'

/** @param {unknown} value */
const shown = value =>
  Array.isArray(value) ? value.join(', ') : typeof value === 'object' ? JSON.stringify(value) : String(value)

/** What a job is, who wanted it, and when. @param {{ job: Job, type: string }} props */
export const JobFacts = ({ job, type }) => {
  const {
    id,
    tenant,
    by,
    approvedBy,
    createdAt,
    startedAt,
    endedAt,
    at,
    notAfter,
    parent,
    partOf,
    schedule,
    params,
    run,
  } = job
  const link = (/** @type {string} */ href, /** @type {string} */ text) => html`<a href=${href}>${text}</a>`
  /** @type {readonly (readonly [string, unknown])[]} */
  const facts = [
    ['Type', type],
    ['Tenant', job.tenants ? job.tenants.join(', ') : tenant],
    ['Submitter', by],
    ['Approved by', approvedBy],
    ['Submitted', createdAt && html`<${Time} at=${createdAt} />`],
    ['Starts', startedAt === undefined && at !== undefined && html`<${Time} at=${at} />`],
    ['Not after', notAfter && html`<${Time} at=${notAfter} />`],
    ['Started', startedAt && html`<${Time} at=${startedAt} />`],
    ['Ended', endedAt && html`<${Time} at=${endedAt} />`],
    ['Schedule', schedule && link(`/schedules/${encodeURIComponent(schedule)}`, schedule)],
    ['Part of', partOf && link(`/jobs/${partOf}`, partOf)],
    ['Made from', parent && link(`/jobs/${parent}`, parent)],
    ['Job', html`<code>${id}</code>`],
    ['Run', run && html`<code>${run}</code>`],
    ...Object.entries(params)
      .filter(
        ([, value]) =>
          value !== '' && value !== false && value !== null && !(Array.isArray(value) && value.length === 0),
      )
      .map(([name, value]) => /** @type {const} */ ([paramWords(name), shown(value)])),
  ]
  return html`<section class="panel">
    <h2>About</h2>
    <dl class="facts">
      ${facts
        .filter(([, value]) => value)
        .map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
    </dl>
  </section>`
}
