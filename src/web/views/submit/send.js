// @ts-check
/** @import { Pipeline } from '../../data/forms.js' */
/** @import { Order } from './order.js' */
import { useEffect, useRef, useState } from 'preact/hooks'
import { post, sentenceOf } from '../../data/call.js'
import { tellEndOf } from '../../data/end-notices.js'
import { html } from '../../html.js'
import { Confirm } from '../../parts/confirm.js'
import { Note } from '../../parts/note.js'
import { notify } from '../../parts/notices.js'
import { go } from '../../route.js'
import { AddSchedule } from '../schedules/add-schedule.js'
import { removalsOf } from '../preview/removals.js'
import { bodyOf, lackOf } from './order.js'
import { PreviewRun } from './preview-run.js'

/** Pipelines that remove, disable or take seats: what they would do is looked at first. */
const removes =
  /delete|remove|purge|disable|unassign|revoke|offboard|sync|transfer|modify|migrate|clear|leavers|^licenses (?:group )?assign/

/**
 * A form with what sends it: a preview first, where the job changes something.
 *
 * @param {{ pipeline: Pipeline, order: Order, children?: unknown }} props
 */
export const Send = ({ pipeline, order, children }) => {
  const [error, setError] = useState(/** @type {string | undefined} */ (undefined))
  const [isBusy, setBusy] = useState(false)
  // The request that was previewed, with the job that does so: what is submitted is what was looked at.
  const [previewed, setPreviewed] = useState(
    /** @type {{ body: object, id: string, preview?: unknown } | undefined} */ (undefined),
  )
  const [confirms, setConfirms] = useState(false)
  const [schedules, setSchedules] = useState(false)
  const [key, setKey] = useState(() => crypto.randomUUID())
  const form = useRef(/** @type {HTMLFormElement | null} */ (null))
  const changes = pipeline.output === undefined
  const isLookedAt = changes && removes.test(pipeline.name)
  useEffect(() => setPreviewed(undefined), [order])
  const tried = async (/** @type {(body: object) => Promise<void>} */ act) => {
    setError(undefined)
    if (form.current?.reportValidity() === false) return
    const lack = lackOf(pipeline, order)
    if (lack !== undefined) return setError(lack)
    setBusy(true)
    try {
      await act(await bodyOf(pipeline, order))
    } catch (thrown) {
      setError(sentenceOf(thrown))
    }
    setBusy(false)
  }
  const preview = () =>
    tried(async body => {
      const { id } = await post('/api/preview', body)
      setPreviewed({ body, id })
    })
  const start = async (/** @type {object} */ body) => {
    const job = await post('/api/jobs', body, { 'Idempotency-Key': key })
    setKey(crypto.randomUUID())
    tellEndOf(job.id)
    notify(`Submitted: ${job.fileName ?? job.pipeline}.`, {
      links: [{ href: `/jobs/${job.id}`, text: 'Show the job' }],
    })
    go(`/jobs/${job.id}`)
  }
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault()
    return isLookedAt ? preview() : tried(start)
  }
  const removals = removalsOf(previewed?.preview)
  const begin = () =>
    removals > 0 ? setConfirms(true) : tried(() => start(/** @type {{ body: object }} */ (previewed).body))
  return html`<form class="form" ref=${form} onSubmit=${submit}>
      ${children} ${error !== undefined && html`<${Note} tone="bad">${error}<//>`}
      <div class="actions">
        ${changes && html`<button type="button" class=${isLookedAt ? 'main' : ''} disabled=${isBusy} onClick=${preview}>Preview</button>`}
        ${!isLookedAt && html`<button class="main" disabled=${isBusy}>Submit</button>`}
        ${
          order.where.how === 'one' &&
          html`<button type="button" disabled=${isBusy} onClick=${() => tried(async () => setSchedules(true))}>
            Schedule…
          </button>`
        }
        ${isBusy && html`<span role="status">Sending…</span>`}
      </div>
    </form>
    ${
      previewed &&
      html`<${PreviewRun}
        key=${previewed.id}
        id=${previewed.id}
        onDone=${(/** @type {unknown} */ preview) => setPreviewed(before => before && { ...before, preview })}
      >
        <button class=${removals > 0 ? 'main danger' : 'main'} disabled=${isBusy} onClick=${begin}>
          Start these changes${removals > 0 ? '…' : ''}
        </button>
      <//>`
    }
    ${schedules && html`<${AddSchedule} makeBody=${() => bodyOf(pipeline, order)} onClose=${() => setSchedules(false)} />`}
    ${
      confirms &&
      previewed &&
      html`<${Confirm}
        title=${`Start ${pipeline.name}?`}
        action="Start"
        typed=${removals}
        onConfirm=${() => start(previewed.body)}
        onClose=${() => setConfirms(false)}
      >
        <p>It deletes, disables or removes ${removals}, as the preview says.</p>
      <//>`
    }`
}
