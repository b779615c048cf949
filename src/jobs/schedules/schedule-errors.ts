import { EntrapipeError } from '../../core/errors.ts'
import type { Schedule, ScheduleState } from './schedule.ts'

/** The error `SCHEDULE_UNKNOWN`. */
export const unknownSchedule = (name: string): EntrapipeError =>
  new EntrapipeError('SCHEDULE_UNKNOWN', `Schedule ${name} was not found.`, { facts: { schedule: name } })

/** @throws EntrapipeError `SCHEDULE_STATE` unless it is in a state. @param what what is tried, as a participle: `paused` */
export const expectState = (
  { name, state }: Pick<Schedule, 'name' | 'state'>,
  wanted: ScheduleState,
  what: string,
): void => {
  if (state === wanted) return
  throw new EntrapipeError('SCHEDULE_STATE', `Schedule ${name} cannot be ${what}: it is ${state}.`, {
    facts: { schedule: name, state },
  })
}
