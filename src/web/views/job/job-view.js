// @ts-check
import { isRun } from '../../data/job-address.js'
import { useParts } from '../../data/parts.js'
import { useSignedIn } from '../../data/person.js'
import { useWatchedJob } from '../../data/watched-job.js'
import { html } from '../../html.js'
import { Note } from '../../parts/note.js'
import { StateTag } from '../../parts/tag.js'
import { ViewHead } from '../../parts/view.js'
import { reasonWords } from '../../words/reasons.js'
import { isOver } from '../../words/states.js'
import { nameOf, typeOf } from '../jobs/columns.js'
import { JobActions } from './actions.js'
import { JobCounts } from './counts.js'
import { JobFacts } from './facts.js'
import { JobFiles } from './files.js'
import { Preview } from '../preview/preview.js'
import { sumOfPreviews } from '../preview/sum.js'
import { Progress } from './progress.js'
import { Results } from './results.js'
import { TenantJobs } from './tenant-jobs.js'

/** One job, as it changes. @param {{ id: string }} props */
export const JobView = ({ id }) => {
  const { job, error, course, setJob } = useWatchedJob(id)
  const parts = useParts(job)
  const { may } = useSignedIn()
  if (!job)
    return html`<${ViewHead} title="Job" />
      ${error === undefined ? html`<p role="status">Loading…</p>` : html`<${Note} tone="bad">${error}<//>`}`
  const { state, reason } = job
  const over = isOver(state)
  const preview = job.tenants ? sumOfPreviews(parts ?? []) : job.preview
  return html`<${ViewHead} title=${nameOf(job)} beside=${html`<span role="status"><${StateTag} job=${job} /></span>`}>
      ${!isRun(id) && (may('Operator') || may('Approver')) && html`<${JobActions} job=${job} preview=${preview} onJob=${setJob} />`}
    <//>
    ${
      job.error
        ? html`<${Note} tone="bad"
            >${job.error.message} ${job.error.fix} <span class="quiet">(${job.error.code})</span><//
          >`
        : reason !== undefined && html`<${Note} tone=${over ? 'warn' : ''}>${reasonWords(reason)}.<//>`
    }
    ${
      isRun(id) &&
      html`<${Note}>
        A command has started it. <code>entrapipe runs show ${id}</code> says more, and what can be done with it.
      <//>`
    }
    ${!isRun(id) && (job.progress || !over) && !(job.tenants && state === 'running') && html`<${Progress} job=${job} course=${course} />`}
    ${job.tenants && html`<${TenantJobs} job=${job} parts=${parts} />`}
    <div class="columns">
      <${JobFacts} job=${job} type=${typeOf(job)} />
      <${JobCounts} job=${job} />
    </div>
    ${preview !== undefined && html`<${Preview} preview=${preview} title=${job.dryRun ? 'What it would do' : 'Plan'} />`}
    ${!isRun(id) && html`<${JobFiles} id=${id} state=${state} />`}
    <${Results} job=${job} />`
}
