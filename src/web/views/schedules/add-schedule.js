// @ts-check
import { useState } from 'preact/hooks'
import { post } from '../../data/call.js'
import { html } from '../../html.js'
import { Confirm } from '../../parts/confirm.js'
import { SelectField, TextField } from '../../parts/field.js'
import { notify } from '../../parts/notices.js'
import { go } from '../../route.js'

const ways = { daily: 'Daily', weekly: 'Weekly', monthly: 'Monthly', cron: 'By a cron pattern', at: 'Once' }
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const monthDays = [...Array.from({ length: 31 }, (_, at) => String(at + 1)), 'last']

/** Whether a missed job may start late, in hours: empty as the server has it. @param {string} hours */
const lateOf = hours => (hours === '' ? {} : { notAfterMs: Math.round(Number(hours) * 3_600_000) })

/**
 * Asks when jobs with this request are to start, and adds the schedule.
 *
 * @param {{ makeBody: () => Promise<Record<string, unknown>>, onClose: () => void }} props
 */
export const AddSchedule = ({ makeBody, onClose }) => {
  const [name, setName] = useState('')
  const [way, setWay] = useState(/** @type {keyof typeof ways} */ ('daily'))
  const [clock, setClock] = useState('02:30')
  const [day, setDay] = useState('mon')
  const [monthDay, setMonthDay] = useState('1')
  const [cron, setCron] = useState('30 2 * * mon-fri')
  const [at, setAt] = useState('')
  const [timeZone, setTimeZone] = useState(Intl.DateTimeFormat().resolvedOptions().timeZone)
  const [missed, setMissed] = useState('once')
  const [late, setLate] = useState('')
  const whens = {
    daily: () => ({ daily: clock, timeZone }),
    weekly: () => ({ weekly: `${day}@${clock}`, timeZone }),
    monthly: () => ({ monthly: `${monthDay}@${clock}`, timeZone }),
    cron: () => ({ cron, timeZone }),
    at: () => ({ at: new Date(at).toISOString() }),
  }
  const add = async () => {
    if (name.trim() === '') throw new Error('Give the schedule a name.')
    if (way === 'at' && at === '') throw new Error('Say when it starts.')
    // A schedule has times of its own.
    const { at: _, notAfter: __, ...body } = await makeBody()
    await post('/api/schedules', { ...body, name: name.trim(), when: whens[way](), missed, ...lateOf(late) })
    notify(`Schedule ${name.trim()} is added.`, { tone: 'good' })
    go(`/schedules/${encodeURIComponent(name.trim())}`)
  }
  return html`<${Confirm} title="Add a schedule" action="Add" onConfirm=${add} onClose=${onClose}>
    <${TextField} label="Name" isRequired value=${name} onValue=${setName} />
    <${SelectField}
      label="When"
      value=${way}
      options=${Object.entries(ways).map(([value, text]) => ({ value, text }))}
      onValue=${setWay}
    />
    <div class="pairs">
      ${way === 'weekly' && html`<${SelectField} label="Day" value=${day} options=${days} onValue=${setDay} />`}
      ${way === 'monthly' && html`<${SelectField} label="Day of the month" value=${monthDay} options=${monthDays} onValue=${setMonthDay} />`}
      ${['daily', 'weekly', 'monthly'].includes(way) && html`<${TextField} label="Time" type="time" isRequired value=${clock} onValue=${setClock} />`}
      ${way === 'cron' && html`<${TextField} label="Pattern" hint="Minute, hour, day of the month, month, day of the week" isRequired value=${cron} onValue=${setCron} />`}
      ${
        way === 'at'
          ? html`<${TextField} label="Start at" type="datetime-local" isRequired value=${at} onValue=${setAt} />`
          : html`<${TextField}
              label="Time zone"
              isRequired
              value=${timeZone}
              list=${Intl.supportedValuesOf('timeZone')}
              onValue=${setTimeZone}
            />`
      }
      <${SelectField}
        label="Times that were missed"
        value=${missed}
        options=${[
          { value: 'once', text: 'Start one job together' },
          { value: 'skip', text: 'Start no job' },
        ]}
        onValue=${setMissed}
      />
      <${TextField}
        label="Latest start (optional)"
        hint="Hours after its time; else the job is missed"
        type="number"
        value=${late}
        onValue=${setLate}
      />
    </div>
  <//>`
}
