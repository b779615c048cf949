// @ts-check
/** @import { ListedJob } from '../../data/job-list.js' */
/** @import { Column } from '../../parts/even-table.js' */
import { html } from '../../html.js'
import { StateTag } from '../../parts/tag.js'
import { Time } from '../../parts/time.js'
import { failureOf, successOf } from '../../words/counts.js'
import { count, counted } from '../../words/format.js'
import { reasonWords } from '../../words/reasons.js'
import { stateOf } from '../../words/states.js'

/** What people know a job by. @param {ListedJob} job */
export const nameOf = ({ fileName, pipeline }) => fileName ?? pipeline

/** What a job does. @param {Pick<ListedJob, 'pipeline' | 'dryRun'>} job */
export const typeOf = ({ pipeline, dryRun }) => (dryRun ? `${pipeline} (preview)` : pipeline)

/** The tenant of a job, or how many it is about. @param {Pick<ListedJob, 'tenant' | 'tenants'>} job */
export const tenantOf = ({ tenant, tenants }) => (tenants ? counted(tenants.length, 'tenant') : tenant)

/** Why a job is in its state. @param {ListedJob} job */
export const reasonOf = ({ reason, error }) => error?.message ?? reasonWords(reason)

/** The columns of the list of jobs. @type {readonly Column<ListedJob>[]} */
export const columns = [
  {
    name: 'file',
    title: 'File name',
    sort: nameOf,
    cell: job => html`<a href="/jobs/${job.id}" title=${nameOf(job)}>${nameOf(job)}</a>`,
  },
  { name: 'type', title: 'Type', sort: typeOf, cell: typeOf, rank: 'less' },
  { name: 'state', title: 'State', sort: job => stateOf(job).word, cell: job => html`<${StateTag} job=${job} />` },
  {
    name: 'reason',
    title: 'Reason',
    sort: reasonOf,
    cell: job => html`<span title=${reasonOf(job)}>${reasonOf(job)}</span>`,
    rank: 'least',
  },
  { name: 'by', title: 'Submitter', sort: ({ by }) => by, cell: ({ by }) => by, rank: 'less' },
  { name: 'tenant', title: 'Tenant', sort: tenantOf, cell: tenantOf, rank: 'least' },
  {
    name: 'created',
    title: 'Submitted',
    sort: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => html`<${Time} at=${createdAt} isShort />`,
    rank: 'less',
  },
  {
    name: 'ended',
    title: 'Ended',
    sort: ({ endedAt }) => endedAt ?? '',
    cell: ({ endedAt }) => html`<${Time} at=${endedAt} isShort />`,
    rank: 'least',
  },
  {
    name: 'success',
    title: '#\u00a0Success',
    isNumber: true,
    sort: ({ counts }) => (counts ? successOf(counts) : -1),
    cell: ({ counts }) => counts && count(successOf(counts)),
  },
  {
    name: 'failure',
    title: '#\u00a0Failure',
    isNumber: true,
    sort: ({ counts }) => (counts ? failureOf(counts) : -1),
    cell: ({ counts }) => counts && count(failureOf(counts)),
  },
  {
    name: 'total',
    title: 'Total requests',
    isNumber: true,
    sort: ({ counts }) => counts?.rows ?? -1,
    cell: ({ counts }) => counts && count(counts.rows),
    rank: 'less',
  },
]
