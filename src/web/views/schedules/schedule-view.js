// @ts-check
/** @import { Schedule } from '../../../jobs/schedules/schedule.ts' */
import { useState } from 'preact/hooks'
import { post, remove, sentenceOf } from '../../data/call.js'
import { tellEndOf } from '../../data/end-notices.js'
import { useLoaded } from '../../data/load.js'
import { useSignedIn } from '../../data/person.js'
import { html } from '../../html.js'
import { Confirm } from '../../parts/confirm.js'
import { Note } from '../../parts/note.js'
import { notify } from '../../parts/notices.js'
import { Time } from '../../parts/time.js'
import { ViewHead } from '../../parts/view.js'
import { go } from '../../route.js'
import { ChangeTimes } from './change-times.js'
import { tenantWords } from './tenant-words.js'
import { whenWords } from './when-words.js'

/** One schedule, its next times, and what can be done with it. @param {{ id: string }} props `id` is its name */
export const ScheduleView = ({ id }) => {
  const path = `/api/schedules/${encodeURIComponent(id)}`
  const { value, error, again } = useLoaded(path)
  const next = useLoaded(`${path}/next?limit=10`)
  const { may } = useSignedIn()
  const [isRemoving, setRemoving] = useState(false)
  const [isChanging, setChanging] = useState(false)
  const schedule = /** @type {Schedule | undefined} */ (value)
  if (!schedule)
    return html`<${ViewHead} title=${id} />
      ${error === undefined ? html`<p role="status">Loading…</p>` : html`<${Note} tone="bad">${error}<//>`}`
  const { state, pipeline, when, by, createdAt, nextAt, lastAt, lastJob, missed, alert } = schedule
  const tried = (/** @type {() => Promise<void>} */ act) => () =>
    act().catch(thrown => notify(sentenceOf(thrown), { tone: 'bad' }))
  const turn = (/** @type {'pause' | 'resume'} */ action) =>
    tried(async () => {
      await post(`${path}/${action}`)
      again()
      next.again()
    })
  const run = tried(async () => {
    const job = await post(`${path}/run`)
    tellEndOf(job.id)
    notify('Its job is submitted.', { links: [{ href: `/jobs/${job.id}`, text: 'Show the job' }] })
    again()
  })
  return html`<${ViewHead}
      title=${id}
      beside=${html`<span role="status" class="tag ${state === 'active' ? 'good' : ''}">${state}</span>`}
    >
      ${
        may('Operator') &&
        html`<button onClick=${run}>Run now</button>
          ${state === 'active' && html`<button onClick=${turn('pause')}>Pause</button>`}
          ${state === 'paused' && html`<button class="main" onClick=${turn('resume')}>Resume</button>`}
          <button onClick=${() => setChanging(true)}>Change times…</button>
          <button class="danger" onClick=${() => setRemoving(true)}>Remove…</button>`
      }
    <//>
    ${alert !== undefined && html`<${Note} tone="bad">${alert}<//>`}
    <div class="columns">
      <section class="panel">
        <h2>About</h2>
        <dl class="facts">
          <dt>Type</dt>
          <dd>${pipeline}</dd>
          <dt>Tenant</dt>
          <dd>${tenantWords(schedule)}</dd>
          <dt>When</dt>
          <dd>${whenWords(when)}</dd>
          <dt>Next</dt>
          <dd>${nextAt === undefined ? 'never' : html`<${Time} at=${nextAt} />`}</dd>
          <dt>Missed times</dt>
          <dd>${missed === 'skip' ? 'start no job' : 'start one job together'}</dd>
          <dt>Latest start</dt>
          <dd>
            ${schedule.notAfterMs === undefined ? 'whenever it can' : `${schedule.notAfterMs / 3_600_000} hours after its time`}
          </dd>
          <dt>Made by</dt>
          <dd>${by}, <${Time} at=${createdAt} /></dd>
          ${
            lastAt &&
            html`<dt>Last time</dt>
              <dd><${Time} at=${lastAt} /></dd>`
          }
          ${
            lastJob &&
            html`<dt>Last job</dt>
              <dd><a href="/jobs/${lastJob}">${lastJob}</a></dd>`
          }
        </dl>
      </section>
      <section class="panel">
        <h2>Next times</h2>
        <p class="quiet">By the clock of this browser (${Intl.DateTimeFormat().resolvedOptions().timeZone}).</p>
        ${next.error !== undefined && html`<${Note} tone="bad">${next.error}<//>`}
        <ol>
          ${/** @type {{ items: string[] } | undefined} */ (next.value)?.items.map(at => html`<li key=${at}><${Time} at=${at} /></li>`)}
        </ol>
      </section>
    </div>
    ${
      isChanging &&
      html`<${ChangeTimes}
        schedule=${schedule}
        onChanged=${() => {
          again()
          next.again()
        }}
        onClose=${() => setChanging(false)}
      />`
    }
    ${
      isRemoving &&
      html`<${Confirm}
        title="Remove this schedule?"
        action="Remove"
        isDangerous
        onConfirm=${async () => {
          await remove(path)
          notify(`Schedule ${id} is removed.`, { tone: 'good' })
          go('/schedules')
        }}
        onClose=${() => setRemoving(false)}
      >
        <p>It starts no more jobs. Those that it has started stay.</p>
      <//>`
    }`
}
