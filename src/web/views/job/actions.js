// @ts-check
/** @import { Job } from '../../../jobs/job.ts' */
import { useState } from 'preact/hooks'
import { post, sentenceOf } from '../../data/call.js'
import { tellEndOf } from '../../data/end-notices.js'
import { useSignedIn } from '../../data/person.js'
import { html } from '../../html.js'
import { notify } from '../../parts/notices.js'
import { go } from '../../route.js'
import { isOver } from '../../words/states.js'
import { DeleteJobs } from '../jobs/delete-jobs.js'
import { Approval } from './approval.js'
import { Retry, Undo } from './again.js'

/** What a person can do with a job now. @param {{ job: Job, preview: unknown, onJob: (job: Job) => void }} props `preview` is what its plan says */
export const JobActions = ({ job, preview, onJob }) => {
  const { may } = useSignedIn()
  const [dialog, setDialog] = useState(/** @type {'' | 'delete' | 'undo' | 'retry'} */ (''))
  const { id, state, counts, writes, dryRun, run } = job
  const over = isOver(state)
  const hasChanged = over && writes && !dryRun && (run !== undefined || job.tenants !== undefined)
  const close = () => setDialog('')
  const act = (/** @type {string} */ action, /** @type {string} */ said) => async () => {
    try {
      const changed = await post(`/api/jobs/${id}/${action}`)
      onJob(changed)
      if (action === 'resume') tellEndOf(id)
      notify(said)
    } catch (error) {
      notify(sentenceOf(error), { tone: 'bad' })
    }
  }
  const made = (/** @type {Job} */ other) => {
    tellEndOf(other.id)
    go(`/jobs/${other.id}`)
  }
  return html`
    ${state === 'awaiting-approval' && may('Approver') && html`<${Approval} job=${job} preview=${preview} onJob=${onJob} />`}
    ${
      may('Operator') &&
      html`
        ${!over && state !== 'cancelling' && html`<button onClick=${act('cancel', 'Cancelled: nothing more is sent.')}>Cancel</button>`}
        ${['cancelled', 'paused', 'failed'].includes(state) && html`<button class="main" onClick=${act('resume', 'It continues.')}>Resume</button>`}
        ${
          hasChanged &&
          counts &&
          counts.failed + counts.unknown > 0 &&
          html`<button onClick=${() => setDialog('retry')}>Retry…</button>`
        }
        ${hasChanged && html`<button onClick=${() => setDialog('undo')}>Undo…</button>`}
        ${over && job.partOf === undefined && html`<button class="danger" onClick=${() => setDialog('delete')}>Delete…</button>`}
      `
    }
    ${dialog === 'retry' && html`<${Retry} job=${job} onMade=${made} onClose=${close} />`}
    ${dialog === 'undo' && html`<${Undo} job=${job} onMade=${made} onClose=${close} />`}
    ${dialog === 'delete' && html`<${DeleteJobs} jobs=${[job]} onClose=${close} onDeleted=${() => go('/jobs')} />`}
  `
}
