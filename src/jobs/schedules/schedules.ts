import type { Clock } from '../../core/clock.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { Environment } from '../../core/environment.ts'
import { given } from '../../core/given.ts'
import type { Json } from '../../core/json.ts'
import { newOutputs } from '../new-outputs.ts'
import { inspectOrder } from '../inspect-order.ts'
import type { Job, Person } from '../job.ts'
import type { Schedule, ScheduledOrder, ScheduledTenants, ScheduleTimes } from './schedule.ts'
import type { NewSchedule } from './schedule-lines.ts'
import type { ScheduleQuery, ScheduleStore } from './schedule-store.ts'
import { whenOf, type GivenWhen } from './when.ts'

/** A schedule as it is asked for. */
interface ScheduleWish extends ScheduledTenants {
  readonly name: string
  readonly when: GivenWhen
  readonly pipeline: string
  readonly params: { readonly [name: string]: Json }
  /** Params with paths of this machine, which nobody is shown. */
  readonly paths?: { readonly [name: string]: string }
  /** See `JobOrder`. */
  readonly sha256?: ScheduledOrder['sha256']
  readonly outputs?: ScheduledOrder['outputs']
  /** Options of the run by their names on the command line, in camel case. */
  readonly options?: { readonly [name: string]: Json }
  readonly priority?: number | undefined
  /** How late a job may start, in milliseconds. */
  readonly notAfterMs?: number | undefined
  /** @default 'once' */
  readonly missed?: Schedule['missed'] | undefined
}

interface SchedulesOptions {
  readonly store: ScheduleStore
  readonly environment: Environment
  readonly clock: Clock
  /** Looks for what is due. */
  readonly wake: () => void
}

const nameShape = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,99}$/u

/** What can be done with schedules: for the REST API. Whether the person may do it is asked before. */
export const openSchedules = ({ store, environment, clock, wake }: SchedulesOptions) => {
  const woken = <T>(result: T): T => {
    wake()
    return result
  }
  const checked = async (wish: ScheduleWish, { id, name: by }: Person): Promise<NewSchedule> => {
    const {
      name,
      when,
      pipeline,
      params,
      paths = {},
      outputs = {},
      tenant,
      tenants,
      tags,
      options = {},
      priority = 0,
      missed = 'once',
    } = wish
    if (!nameShape.test(name))
      throw new EntrapipeError(
        'OPTION_INVALID',
        `Expected the name of a schedule to be letters, digits and . _ -, got ${JSON.stringify(name)}`,
      )
    whenOf(when, clock.now())
    const written = await newOutputs(outputs, async output => `/${output}`)
    const inspected = await inspectOrder(pipeline, { ...params, ...paths, ...written }, environment, options)
    return {
      // Its jobs use the pipeline as it is when they start, so its code is not kept.
      ...{ pipeline: inspected.pipeline, writes: inspected.writes },
      ...{ name, when, params, paths, outputs, tenant, options, priority, missed, byId: id, by },
      ...given({ sha256: wish.sha256, tenants, tags, notAfterMs: wish.notAfterMs }),
    }
  }

  return {
    /**
     * Adds a schedule.
     *
     * @throws EntrapipeError `OPTION_INVALID` and others for mistakes in the params; `SCHEDULE_KNOWN`
     */
    add: async (wish: ScheduleWish, person: Person): Promise<Schedule> =>
      woken(await store.add(await checked(wish, person))),
    /**
     * Replaces what a schedule starts, and when. Its jobs are then those of the person.
     *
     * @throws EntrapipeError `OPTION_INVALID` and others for mistakes in the params; `SCHEDULE_UNKNOWN`, `SCHEDULE_STATE`
     */
    replace: async (wish: ScheduleWish, person: Person): Promise<Schedule> =>
      woken(await store.replace(await checked(wish, person))),
    /**
     * Changes when it starts jobs. Its jobs are then those of the person.
     *
     * @throws EntrapipeError `OPTION_INVALID` for mistakes in the times; `SCHEDULE_UNKNOWN`, `SCHEDULE_STATE`
     */
    retime: async (name: string, times: ScheduleTimes, person: Person): Promise<Schedule> =>
      woken(await store.retime(name, times, person)),
    /** @throws EntrapipeError `SCHEDULE_UNKNOWN` */
    get: (name: string): Promise<Schedule> => store.get(name),
    /** Whether it is one of somebody who sees these tenants. */
    isOf: (schedule: Schedule, tenants: readonly string[]): boolean => store.isOf(schedule, tenants),
    /** In the order of their names. */
    list: (query: ScheduleQuery): Promise<readonly Schedule[]> => store.list(query),
    /** Its next times. @throws EntrapipeError `SCHEDULE_UNKNOWN` */
    next: (name: string, many: number): Promise<readonly string[]> => store.next(name, many),
    /** @throws EntrapipeError `SCHEDULE_UNKNOWN`, `SCHEDULE_STATE` */
    pause: (name: string, person: Person): Promise<Schedule> => store.pause(name, person.name),
    /** @throws EntrapipeError `SCHEDULE_UNKNOWN`, `SCHEDULE_STATE` */
    resume: async (name: string, person: Person): Promise<Schedule> => woken(await store.resume(name, person.name)),
    /** Starts its job now. @throws EntrapipeError `SCHEDULE_UNKNOWN`, `SCHEDULE_STATE` */
    run: async (name: string, person: Person): Promise<Job> => woken(await store.run(name, person.name)),
    /** @throws EntrapipeError `SCHEDULE_UNKNOWN` */
    remove: (name: string, person: Person): Promise<void> => store.remove(name, person.name),
    /** Whether the order of a schedule has a text, such as the id of a file. */
    isNamed: (text: string): Promise<boolean> => store.isNamed(text),
  }
}

/** See `openSchedules`. */
export type Schedules = ReturnType<typeof openSchedules>
