// @ts-check
/** @import { Job } from '../../../jobs/job.ts' */
import { useId, useState } from 'preact/hooks'
import { post } from '../../data/call.js'
import { html } from '../../html.js'
import { Confirm } from '../../parts/confirm.js'
import { counted } from '../../words/format.js'

/** @typedef {{ job: Job, onMade: (job: Job) => void, onClose: () => void }} AgainProps */

/** Sends failed rows again, and decides unknown ones again. @param {AgainProps} props */
export const Retry = ({ job: { id, counts }, onMade, onClose }) => {
  const { failed = 0, unknown = 0 } = counts ?? {}
  const [outcomes, setOutcomes] = useState({ failed: failed > 0, unknown: unknown > 0 })
  const chosen = Object.entries(outcomes).flatMap(([name, isOn]) => (isOn ? [name] : []))
  const box = (/** @type {'failed' | 'unknown'} */ name, /** @type {string} */ text) =>
    html`<label class="check field">
      <input
        type="checkbox"
        checked=${outcomes[name]}
        onChange=${() => setOutcomes({ ...outcomes, [name]: !outcomes[name] })}
      />
      <span>${text}</span>
    </label>`
  const retry = async () => {
    if (chosen.length === 0) throw new Error('Choose failed rows, unknown rows, or both.')
    onMade(await post(`/api/jobs/${id}/retry`, { outcomes: chosen }))
  }
  return html`<${Confirm} title="Retry rows?" action="Retry" onConfirm=${retry} onClose=${onClose}>
    ${failed > 0 && box('failed', `${counted(failed, 'row')} that failed: send them again`)}
    ${unknown > 0 && box('unknown', `${counted(unknown, 'row')} with an unknown outcome: look what became of them`)}
  <//>`
}

/** Undoes what a job has changed, or shows what that would do. @param {AgainProps} props */
export const Undo = ({ job: { id, counts }, onMade, onClose }) => {
  const done = counts?.done ?? 0
  const [reason, setReason] = useState('')
  const [isPreview, setPreview] = useState(true)
  const field = useId()
  const undo = async () =>
    onMade(await post(`/api/jobs/${id}/undo`, { ...(reason !== '' && { reason }), ...(isPreview && { dryRun: true }) }))
  return html`<${Confirm}
    title=${`Undo ${counted(done, 'change')}?`}
    action=${isPreview ? 'Show what it would do' : 'Undo'}
    typed=${isPreview ? undefined : done}
    onConfirm=${undo}
    onClose=${onClose}
  >
    <p>Each object gets back what it had. What others have changed since stays as it is.</p>
    <div class="field">
      <label for=${field}>Reason, for the audit</label>
      <input
        id=${field}
        value=${reason}
        maxlength="1000"
        onInput=${(/** @type {{ currentTarget: HTMLInputElement }} */ { currentTarget }) => setReason(currentTarget.value)}
      />
    </div>
    <label class="check field">
      <input type="checkbox" checked=${isPreview} onChange=${() => setPreview(!isPreview)} />
      <span>Only show what it would do</span>
    </label>
  <//>`
}
