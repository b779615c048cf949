// @ts-check
/** @import { Job } from '../../../jobs/job.ts' */
/** @import { Course } from '../../data/watched-job.js' */
import { html } from '../../html.js'
import { Chart } from '../../parts/chart.js'
import { Time } from '../../parts/time.js'
import { count, counted, rate, span } from '../../words/format.js'
import { isOver } from '../../words/states.js'

/** What limits the speed, in words. @type {Record<string, string>} */
const bounds = {
  quota: 'the quota of the tenant',
  latency: 'the time that replies take',
  cpu: 'the processor of the server',
  disk: 'the disk of the server',
}

/** @param {Job} job */
const waitingFor = ({ state, at, approver }) => {
  if (state === 'awaiting-approval')
    return html`<p>
      ${approver === 'anybody' ? 'Somebody must look at the plan and approve it' : 'A second person must approve the plan'}${at && html`, until <${Time} at=${at} />`}.
    </p>`
  if (state === 'scheduled' || state === 'paused') return html`<p>It continues at <${Time} at=${at} />.</p>`
  return html`<p>It waits for its turn.</p>`
}

/** How far a job is, how fast, and what limits it. @param {{ job: Job, course: Course }} props */
export const Progress = ({ job, course }) => {
  const { progress, state } = job
  const over = isOver(state)
  const isMoving = state === 'running' || state === 'cancelling'
  if (!progress || (!isMoving && !over))
    return over
      ? null
      : html`<section class="panel" aria-label="Progress">
          ${isMoving ? html`<p>It begins.</p>` : waitingFor(job)}
        </section>`
  const { rows, total, rowsPerSecond, secondsLeft, boundBy, throttled, doing } = progress
  if (over)
    return course.times.length > 2
      ? html`<section class="panel">
          <h2>Rate</h2>
          <${Chart} label="Rows per second" times=${course.times} values=${course.rates} shown=${rate} />
        </section>`
      : null
  return html`<section class="panel" aria-labelledby="progress">
    <h2 id="progress">Progress</h2>
    <progress
      aria-labelledby="progress"
      max=${total ?? undefined}
      value=${total === null ? undefined : Math.min(rows, total)}
    ></progress>
    <dl class="stats">
      <div>
        <dt>Rows</dt>
        <dd>${count(rows)}${total === null ? '' : ` of ${count(total)}`}</dd>
      </div>
      <div>
        <dt>Now</dt>
        <dd>${doing}</dd>
      </div>
      <div>
        <dt>Rate</dt>
        <dd>${rate(rowsPerSecond)} rows/s</dd>
      </div>
      <div>
        <dt>Time left</dt>
        <dd>${span(secondsLeft)}</dd>
      </div>
      <div>
        <dt>Limited by</dt>
        <dd>${boundBy === null ? 'not known yet' : (bounds[boundBy] ?? boundBy)}</dd>
      </div>
      <div>
        <dt>Throttled</dt>
        <dd>${throttled === 0 ? 'no request' : counted(throttled, 'request')}</dd>
      </div>
    </dl>
    ${course.times.length > 1 && html`<${Chart} label="Rows per second" times=${course.times} values=${course.rates} shown=${rate} />`}
  </section>`
}
