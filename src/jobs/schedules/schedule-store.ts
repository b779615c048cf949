import type { Clock } from '../../core/clock.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Queries, Tables } from '../../store/tables/tables.ts'
import type { NewJob } from '../insert-job.ts'
import { severalTenants, type Job, type Person } from '../job.ts'
import type { WholeOrder } from '../wholes/insert-whole.ts'
import { alertOf } from './alert.ts'
import { jobOf } from './job-of-schedule.ts'
import { lastOccurrence } from './last-occurrence.ts'
import { nextOccurrence, nextOccurrences, type When } from './occurrences.ts'
import { iso, keptOf, orderIn, storedIn, whenIn, type NewSchedule, type StoredSchedule } from './schedule-lines.ts'
import { expectState, unknownSchedule } from './schedule-errors.ts'
import { auditedAs, scheduleNotes } from './schedule-notes.ts'
import { stillMayRun } from './maker-access.ts'
import type { Schedule, ScheduleTimes } from './schedule.ts'
import { scheduledTenants, type KnownTenants } from './scheduled-tenants.ts'
import { whenOf } from './when.ts'

interface Dependencies {
  readonly tables: Tables
  readonly clock: Clock
  /** Adds a job in a transaction. */
  readonly addJob: (on: Queries, order: NewJob | WholeOrder, person: Person) => Promise<Job>
  /** Returns a job; undefined if it was deleted. */
  readonly findJob: (on: Queries, id: string) => Promise<Job | undefined>
  /** Makes the path of an output with this name, in a folder of its own. */
  readonly newOutput: (name: string) => Promise<string>
  /**
   * The names of all tenants, and of those with one of these tags.
   *
   * @default none: what is for several tenants is left to a process that knows them
   */
  readonly known?: KnownTenants
}

/** Selects schedules. */
export interface ScheduleQuery {
  /** The tenants that the person may see. @default all */
  readonly tenants?: readonly string[]
}

/** With `skip`, a job that starts later than this after its time is missed. */
const onTimeMs = 60_000

/** The schedules of a store. Every change is one transaction; each time of a schedule starts one job, however many processes look. */
export const scheduleStore = ({ tables, clock, addJob, findJob, newOutput, known }: Dependencies) => {
  const { tenantsOf, isOf } = scheduledTenants(known)
  const { tell, audited, noteTenants } = scheduleNotes(clock, tenantsOf)
  const find = async (on: Queries, name: string): Promise<StoredSchedule> => {
    const [line] = await on.query('select * from schedules where name = $1', [name])
    if (!line) throw unknownSchedule(name)
    return storedIn(line)
  }

  const shown = async (
    on: Queries,
    { name, state, nextMs, revision, kept, order }: StoredSchedule,
  ): Promise<Schedule> => {
    const { skipped, ...rest } = kept
    const { paths: _, byId: __, outputs: ___, sha256: ____, ...ordered } = order
    const job = rest.lastJob === undefined ? undefined : await findJob(on, rest.lastJob)
    return {
      ...{ name, state, revision, ...ordered, ...rest },
      ...given({ nextAt: nextMs === undefined ? undefined : iso(nextMs), alert: skipped ?? (job && alertOf(job)) }),
    }
  }

  const write = async (
    on: Queries,
    before: StoredSchedule,
    change: Partial<Omit<StoredSchedule, 'name' | 'revision'>>,
  ) => {
    const { state, nextMs, kept, order } = { ...before, ...change }
    const [line] = await on.query(
      `update schedules set state = $3, next_at = $4, schedule = $5, tenant = $6, job_order = $7, revision = $2 + 1
       where name = $1 and revision = $2 returning *`,
      [
        ...[before.name, before.revision, state, nextMs ?? null],
        ...[JSON.stringify(kept), order.tenant, JSON.stringify(order)],
      ],
    )
    if (!line)
      throw new EntrapipeError('SCHEDULE_STATE', `Schedule ${before.name} was changed meanwhile.`, {
        fix: 'Try again.',
      })
    return storedIn(line)
  }

  /** Starts the job of a time, unless another process has. Returns the job; a text says why there is none. */
  const start = async (
    on: Queries,
    { name, order, kept }: StoredSchedule,
    atMs: number,
    isNow = false,
  ): Promise<Job | string> => {
    const before = kept.lastJob === undefined ? undefined : await findJob(on, kept.lastJob)
    if (before && before.endedAt === undefined && !isNow)
      return `The time ${iso(atMs)} started no job, because job ${before.id} of the time before had not ended.`
    const tenants = tenantsOf(order)
    if (!(await stillMayRun(on, order.byId, tenants)))
      return `The time ${iso(atMs)} started no job, because the access of ${kept.by}, who made the schedule, was revoked. Somebody who has access must take it over, by changing its times.`
    const latest = kept.missed === 'skip' && !isNow ? onTimeMs : kept.notAfterMs
    const notAfter = latest === undefined ? undefined : atMs + latest
    const job = await jobOf({ order, name, writes: kept.writes, notAfter }, tenants, newOutput)
    if (!job) return `The time ${iso(atMs)} started no job, because no tenant has the tag ${order.tags?.join(' or ')}.`
    return addJob(on, job, { id: order.byId, name: kept.by })
  }

  /** What its time was when it was made may mean nothing to this program, such as a time zone that it does not know. Others go on. */
  const startDue = async (on: Queries, due: StoredSchedule, now: number): Promise<void> => {
    const { skipped: _, ...kept } = due.kept
    let when: When
    try {
      when = whenIn(kept)
    } catch (error) {
      const skipped = `It was paused: ${(error as Error).message}`
      const paused = await write(on, due, { state: 'paused', nextMs: undefined, kept: { ...kept, skipped } })
      await tell(on, paused)
      return
    }
    const atMs = lastOccurrence(when, due.nextMs!, now)
    const job = await start(on, due, atMs)
    const nextMs = nextOccurrence(when, now)
    const last = typeof job === 'string' ? { skipped: job } : { lastJob: job.id }
    const after = await write(on, due, {
      state: nextMs === undefined ? 'ended' : 'active',
      nextMs,
      kept: { ...kept, lastAt: iso(atMs), ...last },
    })
    // While the job of one time lasts, every time after it starts none: only the first one adds a notice.
    if (due.kept.skipped === undefined) await tell(on, after)
  }

  return {
    /** @throws EntrapipeError `SCHEDULE_KNOWN` if there is one of this name */
    add: (schedule: NewSchedule): Promise<Schedule> =>
      tables.transaction(async on => {
        const now = clock.now()
        const { name, when, by } = schedule
        const nextMs = nextOccurrence(whenOf(when, now), now)
        const [kept, order] = [keptOf(schedule, iso(now)), orderIn(schedule)]
        // The audit of an earlier one of this name stays.
        const [line] = await on.query(
          `insert into schedules (name, tenant, state, next_at, revision, schedule, job_order)
           values ($1, $2, 'active', $3, (select coalesce(max(revision), 0) + 1 from job_audit where job = $6), $4, $5) on conflict do nothing returning *`,
          [name, order.tenant, nextMs ?? null, JSON.stringify(kept), JSON.stringify(order), auditedAs(name)],
        )
        if (!line)
          throw new EntrapipeError('SCHEDULE_KNOWN', `There is a schedule ${name} already.`, {
            fix: 'Choose another name, or remove that one first.',
          })
        const added = storedIn(line)
        await noteTenants(on, added)
        await audited(on, added, { who: by, action: 'add schedule' })
        return shown(on, added)
      }),

    /**
     * Replaces what a schedule starts, and when. It keeps its last job, and stays paused.
     *
     * @throws EntrapipeError `SCHEDULE_UNKNOWN`; `SCHEDULE_STATE` if somebody else changes it at the same time
     */
    replace: (schedule: NewSchedule): Promise<Schedule> =>
      tables.transaction(async on => {
        const before = await find(on, schedule.name)
        const { createdAt, lastAt, lastJob } = before.kept
        const nextMs = nextOccurrence(whenOf(schedule.when, clock.now()), clock.now())
        const after = await write(on, before, {
          ...(before.state === 'paused' ? {} : { state: 'active', nextMs }),
          kept: { ...keptOf(schedule, createdAt), ...given({ lastAt, lastJob }) },
          order: orderIn(schedule),
        })
        await noteTenants(on, after)
        await audited(on, after, { who: schedule.by, action: 'change schedule' })
        return shown(on, after)
      }),

    /**
     * Changes the times of a schedule. What it starts stays; its jobs are then those of the person.
     *
     * @throws EntrapipeError as `replace`
     */
    retime: (name: string, { when, missed, notAfterMs }: ScheduleTimes, { id, name: by }: Person): Promise<Schedule> =>
      tables.transaction(async on => {
        const before = await find(on, name)
        const { createdAt, lastAt, lastJob, ...kept } = before.kept
        const times = { when: when ?? kept.when, missed: missed ?? kept.missed }
        const late = notAfterMs === null ? undefined : (notAfterMs ?? kept.notAfterMs)
        const nextMs = nextOccurrence(whenOf(times.when, when ? clock.now() : 0), clock.now())
        const state = nextMs === undefined ? 'ended' : 'active'
        const after = await write(on, before, {
          ...(before.state === 'paused' ? {} : { state, nextMs }),
          kept: {
            ...keptOf({ ...before.order, ...times, name, by, writes: kept.writes, notAfterMs: late }, createdAt),
            ...given({ lastAt, lastJob }),
          },
          order: { ...before.order, byId: id },
        })
        await audited(on, after, { who: by, action: 'change schedule' })
        return shown(on, after)
      }),

    /** @throws EntrapipeError `SCHEDULE_UNKNOWN` */
    get: async (name: string): Promise<Schedule> => shown(tables, await find(tables, name)),

    /** Whether the order of a schedule has a text without wildcards of SQL. */
    async isNamed(text: string): Promise<boolean> {
      return (
        (await tables.query('select name from schedules where job_order like $1 limit 1', [`%${text}%`])).length > 0
      )
    },

    isOf,

    /** In the order of their names. */
    async list({ tenants }: ScheduleQuery = {}): Promise<readonly Schedule[]> {
      const lines = await tables.query('select * from schedules order by name')
      const mine = lines.map(storedIn).filter(({ order }) => tenants === undefined || isOf(order, tenants))
      return Promise.all(mine.map(each => shown(tables, each)))
    },

    /** The next times of a schedule, at most `many`, ISO 8601, UTC. @throws EntrapipeError `SCHEDULE_UNKNOWN` */
    async next(name: string, many: number): Promise<readonly string[]> {
      const { kept, state } = await find(tables, name)
      return state === 'ended' ? [] : nextOccurrences(whenIn(kept), clock.now(), many).map(iso)
    },

    /**
     * Starts no jobs until `resume`.
     *
     * @throws EntrapipeError `SCHEDULE_UNKNOWN`; `SCHEDULE_STATE` unless it is active
     */
    pause: (name: string, who: string): Promise<Schedule> =>
      tables.transaction(async on => {
        const before = await find(on, name)
        expectState(before, 'active', 'paused')
        const after = await write(on, before, { state: 'paused', nextMs: undefined })
        await audited(on, after, { who, action: 'pause schedule' })
        return shown(on, after)
      }),

    /**
     * Starts jobs again, from now on.
     *
     * @throws EntrapipeError `SCHEDULE_UNKNOWN`; `SCHEDULE_STATE` unless it is paused
     */
    resume: (name: string, who: string): Promise<Schedule> =>
      tables.transaction(async on => {
        const before = await find(on, name)
        expectState(before, 'paused', 'resumed')
        const nextMs = nextOccurrence(whenIn(before.kept), clock.now())
        const after = await write(on, before, { state: nextMs === undefined ? 'ended' : 'active', nextMs })
        await audited(on, after, { who, action: 'resume schedule' })
        return shown(on, after)
      }),

    /** Starts its job now, besides its times. @throws EntrapipeError `SCHEDULE_UNKNOWN`; `SCHEDULE_STATE` if no tenant has its tags */
    run: (name: string, who: string): Promise<Job> =>
      tables.transaction(async on => {
        const before = await find(on, name)
        const job = await start(on, before, clock.now(), true)
        if (typeof job === 'string') throw new EntrapipeError('SCHEDULE_STATE', job, { facts: { schedule: name } })
        const after = await write(on, before, { kept: { ...before.kept, lastJob: job.id, lastAt: iso(clock.now()) } })
        await audited(on, after, { who, action: 'run schedule' })
        return job
      }),

    /** Its jobs stay. @throws EntrapipeError `SCHEDULE_UNKNOWN` */
    remove: (name: string, who: string): Promise<void> =>
      tables.transaction(async on => {
        const before = await find(on, name)
        await on.query('delete from schedules where name = $1', [name])
        await audited(on, { ...before, revision: before.revision + 1 }, { who, action: 'remove schedule' })
      }),

    /**
     * Starts the jobs of all times that have come. Times that passed while nobody looked start one job together.
     *
     * @returns when the next time comes, milliseconds since 1970; undefined if there is none
     */
    tick: (): Promise<number | undefined> =>
      tables.transaction(async on => {
        const now = clock.now()
        const mine = known ? '1 = 1' : `tenant <> '${severalTenants}'`
        const lines = await on.query(`select * from schedules where next_at <= $1 and ${mine} order by next_at, name`, [
          now,
        ])
        for (const line of lines) await startDue(on, storedIn(line), now)
        const [next] = await on.query(`select min(next_at) as at from schedules where ${mine}`)
        const at = next?.['at']
        return at === null || at === undefined ? undefined : Number(at)
      }, true),
  }
}

/** See `scheduleStore`. */
export type ScheduleStore = ReturnType<typeof scheduleStore>
