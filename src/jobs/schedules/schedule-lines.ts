import type { Line } from '../../store/tables/tables.ts'
import type { When } from './occurrences.ts'
import type { Schedule, ScheduledOrder, ScheduleState } from './schedule.ts'
import { whenOf } from './when.ts'

/** What is stored as JSON. */
export type KeptSchedule = Pick<
  Schedule,
  'when' | 'writes' | 'notAfterMs' | 'missed' | 'by' | 'createdAt' | 'lastAt' | 'lastJob'
> & {
  readonly skipped?: string
}

/** A line of the table. */
export interface StoredSchedule {
  readonly name: string
  readonly state: ScheduleState
  readonly nextMs: number | undefined
  readonly revision: number
  readonly kept: KeptSchedule
  readonly order: ScheduledOrder
}

/** The schedule of a line of the table. */
export const storedIn = (line: Line): StoredSchedule => ({
  name: String(line['name']),
  state: line['state'] as ScheduleState,
  nextMs: line['next_at'] === null || line['next_at'] === undefined ? undefined : Number(line['next_at']),
  revision: Number(line['revision']),
  kept: JSON.parse(String(line['schedule'])) as KeptSchedule,
  order: JSON.parse(String(line['job_order'])) as ScheduledOrder,
})

/** When a schedule starts jobs. What is over by now was once to come. */
export const whenIn = (kept: KeptSchedule): When => whenOf(kept.when, 0)
