// @ts-check
/** @import { Job } from '../../../jobs/job.ts' */
import { useState } from 'preact/hooks'
import { post } from '../../data/call.js'
import { html } from '../../html.js'
import { Confirm } from '../../parts/confirm.js'
import { notify } from '../../parts/notices.js'
import { removalsOf } from '../preview/removals.js'

/** Approves or rejects the plan that is shown. @param {{ job: Job, preview: unknown, onJob: (job: Job) => void }} props */
export const Approval = ({ job, preview, onJob }) => {
  const [asked, setAsked] = useState(/** @type {'' | 'approve' | 'reject'} */ (''))
  const close = () => setAsked('')
  const removals = removalsOf(preview)
  const act = (/** @type {'approve' | 'reject'} */ action) => async () => {
    onJob(await post(`/api/jobs/${job.id}/${action}`, action === 'approve' ? { planHash: job.planHash } : undefined))
    notify(action === 'approve' ? 'Approved: the job starts.' : 'Rejected: the job is discarded.', { tone: 'good' })
  }
  return html`
    <button class="main" onClick=${() => setAsked('approve')}>Approve…</button>
    <button class="danger" onClick=${() => setAsked('reject')}>Reject…</button>
    ${
      asked === 'approve' &&
      html`<${Confirm}
        title="Approve this plan?"
        action="Approve"
        typed=${removals > 0 ? removals : undefined}
        onConfirm=${act('approve')}
        onClose=${close}
      >
        <p>The job then does exactly what its plan says${removals > 0 && `, and removes or deletes ${removals}`}.</p>
        <p class="quiet">Plan <code>${job.planHash}</code></p>
      <//>`
    }
    ${
      asked === 'reject' &&
      html`<${Confirm}
        title="Reject this plan?"
        action="Reject"
        isDangerous
        onConfirm=${act('reject')}
        onClose=${close}
      >
        <p>The job is discarded, and nothing of its plan is done.</p>
      <//>`
    }
  `
}
