// @ts-check
/** @import { ListedJob } from '../../data/job-list.js' */
import { useState } from 'preact/hooks'
import { remove, sentenceOf } from '../../data/call.js'
import { dropJobs } from '../../data/job-list.js'
import { html } from '../../html.js'
import { Confirm } from '../../parts/confirm.js'
import { Dialog } from '../../parts/dialog.js'
import { Note } from '../../parts/note.js'
import { notify } from '../../parts/notices.js'
import { counted } from '../../words/format.js'
import { nameOf } from './columns.js'

/** @typedef {{ job: ListedJob, why: string }} Kept a job that was not deleted */

/**
 * Deletes jobs, one after the other, and says of each that stays why.
 *
 * @param {{ jobs: readonly ListedJob[], onClose: () => void, onDeleted?: () => void }} props `onDeleted`: at least one is gone
 */
export const DeleteJobs = ({ jobs, onClose, onDeleted }) => {
  const [kept, setKept] = useState(/** @type {readonly Kept[] | undefined} */ (undefined))
  const all = async () => {
    /** @type {Kept[]} */
    const staying = []
    const gone = []
    for (const job of jobs)
      try {
        await remove(`/api/jobs/${job.id}`)
        gone.push(job.id)
      } catch (error) {
        staying.push({ job, why: sentenceOf(error) })
      }
    dropJobs(gone)
    if (gone.length > 0) {
      notify(`${counted(gone.length, 'job')} deleted.`, { tone: 'good' })
      onDeleted?.()
    }
    if (staying.length > 0) setKept(staying)
    return staying.length === 0
  }
  if (kept)
    return html`<${Dialog} title=${`${counted(kept.length, 'job')} not deleted`} onClose=${onClose}>
      <ul>
        ${kept.map(({ job, why }) => html`<li><a href="/jobs/${job.id}">${nameOf(job)}</a>: ${why}</li>`)}
      </ul>
      <div class="actions"><button onClick=${onClose}>Close</button></div>
    <//>`
  return html`<${Confirm}
    title=${`Delete ${counted(jobs.length, 'job')}?`}
    action="Delete"
    typed=${jobs.length}
    onConfirm=${all}
    onClose=${onClose}
  >
    <${Note} tone="warn">
      Their results and files are deleted too, and what they changed can no longer be undone. Nothing changes in the
      directory, and the audit stays.
    <//>
  <//>`
}
