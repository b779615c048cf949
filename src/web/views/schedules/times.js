// @ts-check
/** @import { Schedule } from '../../../jobs/schedules/schedule.ts' */
import { useState } from 'preact/hooks'
import { html } from '../../html.js'
import { SelectField, TextField } from '../../parts/field.js'

const ways = { daily: 'Daily', weekly: 'Weekly', monthly: 'Monthly', cron: 'By a cron pattern', at: 'Once' }
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const monthDays = [...Array.from({ length: 31 }, (_, at) => String(at + 1)), 'last']
const hourMs = 3_600_000

/** A time as its field has it: by the clock of the browser. @param {string} iso */
const localTime = iso => {
  const at = new Date(iso)
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/**
 * The fields for when a schedule starts jobs.
 *
 * @param {Pick<Schedule, 'when' | 'missed' | 'notAfterMs'>} [schedule] whose times they have first
 */
export const useTimes = schedule => {
  const first = /** @type {Record<string, string | undefined>} */ (/** @type {unknown} */ (schedule?.when ?? {}))
  const [dayFirst, clockFirst] = (first['weekly'] ?? first['monthly'] ?? '').split('@')
  const wayFirst = /** @type {(keyof typeof ways)[]} */ (Object.keys(ways)).find(each => first[each] !== undefined)
  const [way, setWay] = useState(wayFirst ?? 'daily')
  const [clock, setClock] = useState(first['daily'] ?? clockFirst ?? '02:30')
  const [day, setDay] = useState(first['weekly'] === undefined ? 'mon' : String(dayFirst))
  const [monthDay, setMonthDay] = useState(first['monthly'] === undefined ? '1' : String(dayFirst))
  const [cron, setCron] = useState(first['cron'] ?? '30 2 * * mon-fri')
  const [at, setAt] = useState(first['at'] === undefined ? '' : localTime(first['at']))
  const [timeZone, setTimeZone] = useState(first['timeZone'] ?? Intl.DateTimeFormat().resolvedOptions().timeZone)
  const [missed, setMissed] = useState(/** @type {string} */ (schedule?.missed ?? 'once'))
  const [late, setLate] = useState(schedule?.notAfterMs === undefined ? '' : String(schedule.notAfterMs / hourMs))
  const whens = {
    daily: () => ({ daily: clock, timeZone }),
    weekly: () => ({ weekly: `${day}@${clock}`, timeZone }),
    monthly: () => ({ monthly: `${monthDay}@${clock}`, timeZone }),
    cron: () => ({ cron, timeZone }),
    at: () => {
      if (at === '') throw new Error('Say when it starts.')
      return { at: new Date(at).toISOString() }
    },
  }
  return {
    /** What is sent to the server. Without a latest start, `notAfterMs` is absent. */
    times: () => ({
      when: whens[way](),
      missed,
      ...(late === '' ? {} : { notAfterMs: Math.round(Number(late) * hourMs) }),
    }),
    fields: html`<${SelectField}
        label="When"
        value=${way}
        options=${Object.entries(ways).map(([value, text]) => ({ value, text }))}
        onValue=${setWay}
      />
      <div class="pairs">
        ${way === 'weekly' && html`<${SelectField} label="Day" value=${day} options=${days.includes(day) ? days : [day, ...days]} onValue=${setDay} />`}
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
      </div>`,
  }
}
