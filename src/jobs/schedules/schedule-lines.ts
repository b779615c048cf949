import { given } from '../../core/given.ts'
import type { Line } from '../../store/tables/tables.ts'
import type { When } from './occurrences.ts'
import type { Schedule, ScheduledOrder, ScheduleState } from './schedule.ts'
import { whenOf, type GivenWhen } from './when.ts'

/** A schedule as it is made. */
export interface NewSchedule extends ScheduledOrder {
  readonly name: string
  readonly when: GivenWhen
  readonly writes: boolean
  readonly notAfterMs?: number | undefined
  readonly missed: Schedule['missed']
  readonly by: string
}

/** What is stored as JSON. */
type KeptSchedule = Pick<
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

/** A write job starts at most so late, unless the schedule says otherwise. */
const usualNotAfterMs = 2 * 60 * 60 * 1000

/** Milliseconds since 1970 as ISO 8601, UTC. */
export const iso = (ms: number): string => new Date(ms).toISOString()

/** What is stored of a schedule that is made or replaced, besides its order. */
export const keptOf = ({ when, writes, missed, by, notAfterMs }: NewSchedule, createdAt: string): KeptSchedule => ({
  ...{ when, writes, missed, by, createdAt },
  ...given({ notAfterMs: notAfterMs ?? (writes ? usualNotAfterMs : undefined) }),
})

/** What its jobs are made of. */
export const orderIn = (schedule: NewSchedule): ScheduledOrder => {
  const { name: _, when: __, writes: ___, notAfterMs: ____, missed: _____, by: ______, ...order } = schedule
  return order
}
