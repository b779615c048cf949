// @ts-check
import { useState } from 'preact/hooks'
import { post } from '../../data/call.js'
import { html } from '../../html.js'
import { Confirm } from '../../parts/confirm.js'
import { TextField } from '../../parts/field.js'
import { notify } from '../../parts/notices.js'
import { go } from '../../route.js'
import { useTimes } from './times.js'

/**
 * Asks when jobs with this request are to start, and adds the schedule.
 *
 * @param {{ makeBody: () => Promise<Record<string, unknown>>, onClose: () => void }} props
 */
export const AddSchedule = ({ makeBody, onClose }) => {
  const [name, setName] = useState('')
  const { times, fields } = useTimes()
  const add = async () => {
    if (name.trim() === '') throw new Error('Give the schedule a name.')
    const own = times()
    // A schedule has times of its own.
    const { at: _, notAfter: __, ...body } = await makeBody()
    await post('/api/schedules', { ...body, name: name.trim(), ...own })
    notify(`Schedule ${name.trim()} is added.`, { tone: 'good' })
    go(`/schedules/${encodeURIComponent(name.trim())}`)
  }
  return html`<${Confirm} title="Add a schedule" action="Add" onConfirm=${add} onClose=${onClose}>
    <${TextField} label="Name" isRequired value=${name} onValue=${setName} />
    ${fields}
  <//>`
}
