import type { Fields } from '../../core/json.ts'
import { isFields } from '../../core/json.ts'
import { isoDurationMs } from '../../core/iso-duration.ts'
import { isoTimeOfMs } from '../directory/iso-time.ts'
import { roleFaults } from './role-faults.ts'

const dateMs = (value: unknown): number => (typeof value === 'string' ? Date.parse(value) : Number.NaN)

/**
 * Reads the schedule of a request. A start in the past is now.
 *
 * @throws GraphFault 400
 * @see https://learn.microsoft.com/graph/api/resources/requestschedule
 */
export const scheduleOf = (given: unknown, nowMs: number): Fields => {
  if (!isFields(given)) throw roleFaults.valueMissing('scheduleInfo')
  const startDateTime = given['startDateTime'] ?? null
  const startMs = startDateTime === null ? nowMs : dateMs(startDateTime)
  if (Number.isNaN(startMs)) throw roleFaults.valueInvalid('startDateTime')
  const expiration = given['expiration'] ?? { type: 'noExpiration' }
  if (!isFields(expiration)) throw roleFaults.valueInvalid('expiration')
  return {
    // As in Microsoft's example, a schedule begins when it is made, if not later.
    startDateTime: isoTimeOfMs(Math.max(startMs, nowMs)),
    recurrence: null,
    expiration: expirationOf(expiration, Math.max(startMs, nowMs)),
  }
}

/** @see https://learn.microsoft.com/graph/api/resources/expirationpattern */
const expirationOf = ({ type, endDateTime, duration }: Fields, startMs: number): Fields => {
  if (type === 'noExpiration') return { type, endDateTime: null, duration: null }
  if (type === 'afterDateTime') {
    const endMs = dateMs(endDateTime)
    if (!(endMs > startMs)) throw roleFaults.valueInvalid('endDateTime')
    return { type, endDateTime: isoTimeOfMs(endMs), duration: null }
  }
  if (type !== 'afterDuration') throw roleFaults.valueInvalid('type')
  const ms = isoDurationMs(duration)
  if (!ms) throw roleFaults.valueInvalid('duration')
  return { type, endDateTime: isoTimeOfMs(startMs + ms), duration }
}
