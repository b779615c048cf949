// @ts-check
/** @import { Schedule } from '../../../jobs/schedules/schedule.ts' */
import { call } from '../../data/call.js'
import { html } from '../../html.js'
import { Confirm } from '../../parts/confirm.js'
import { notify } from '../../parts/notices.js'
import { useTimes } from './times.js'

/**
 * Asks when a schedule is to start jobs, and changes it. What it starts stays.
 *
 * @param {{ schedule: Schedule, onChanged: () => void, onClose: () => void }} props
 */
export const ChangeTimes = ({ schedule, onChanged, onClose }) => {
  const { times, fields } = useTimes(schedule)
  const { name } = schedule
  const change = async () => {
    await call('PATCH', `/api/schedules/${encodeURIComponent(name)}`, { json: { notAfterMs: null, ...times() } })
    notify(`Schedule ${name} is changed.`, { tone: 'good' })
    onChanged()
  }
  return html`<${Confirm}
    title="Change when ${name} starts jobs"
    action="Change"
    onConfirm=${change}
    onClose=${onClose}
  >
    <p class="quiet">
      What it starts stays, and its jobs are then submitted by you. To start something else, add another schedule.
    </p>
    ${fields}
  <//>`
}
