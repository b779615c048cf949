// @ts-check
import { useEffect } from 'preact/hooks'
import { useParts } from '../../data/parts.js'
import { useWatchedJob } from '../../data/watched-job.js'
import { html } from '../../html.js'
import { Note } from '../../parts/note.js'
import { StateTag } from '../../parts/tag.js'
import { isOver } from '../../words/states.js'
import { JobCounts } from '../job/counts.js'
import { Progress } from '../job/progress.js'
import { TenantJobs } from '../job/tenant-jobs.js'
import { Preview } from '../preview/preview.js'
import { sumOfPreviews } from '../preview/sum.js'

/**
 * A job that shows what another one would do, while it runs and afterwards.
 *
 * @param {{ id: string, onDone: (preview: unknown) => void, children?: unknown }} props children are shown once it is done
 */
export const PreviewRun = ({ id, onDone, children }) => {
  const { job, error, course } = useWatchedJob(id)
  const parts = useParts(job)
  const isDone = job?.state === 'done' && (!job.tenants || parts?.every(({ state }) => isOver(state)) === true)
  const preview = job?.tenants ? sumOfPreviews(parts ?? []) : job?.preview
  useEffect(() => {
    if (isDone) onDone(preview)
  }, [isDone])
  if (!job)
    return error === undefined ? html`<p role="status">The preview begins…</p>` : html`<${Note} tone="bad">${error}<//>`
  const over = isOver(job.state)
  return html`<section class="previewed" aria-label="Preview">
    <div class="head">
      <h2>Preview</h2>
      <span role="status"><${StateTag} job=${job} /></span>
      <a href="/jobs/${id}">Show its rows</a>
    </div>
    ${job.error && html`<${Note} tone="bad">${job.error.message} ${job.error.fix}<//>`}
    ${job.tenants && html`<${TenantJobs} job=${job} parts=${parts} />`}
    ${!over && !job.tenants && html`<${Progress} job=${job} course=${course} />`}
    ${preview !== undefined && html`<${Preview} preview=${preview} title="What it would do" /><${JobCounts} job=${job} />`}
    ${isDone && html`<div class="actions">${children}</div>`}
  </section>`
}
