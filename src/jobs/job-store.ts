import type { Clock } from '../core/clock.ts'
import { given } from '../core/given.ts'
import type { Queries, Tables, Value } from '../store/tables/tables.ts'
import { claimKey, saveKey, type IdempotencyKey } from './idempotency.ts'
import { hasEnded, keepsSlot, mayFollow, type Job, type JobState, type Person } from './job.ts'
import { addAudit, readAudit, type AuditQuery, type JobAct, type JobAudit } from './job-audit.ts'
import { unknownJob, wrongState } from './job-errors.ts'
import { jobFigures } from './job-figures.ts'
import { insertJob, type NewJob } from './insert-job.ts'
import { jobIn, keptOf, storedIn, type Crashes, type StoredJob } from './job-lines.ts'
import { asQuery, type JobPage, type JobQuery } from './job-query.ts'
import { addNotice, noticeOf } from './notices.ts'
import { insertWhole, type WholeOrder } from './wholes/insert-whole.ts'
import { updateWholeOf } from './wholes/whole-store.ts'
import type { FleetWorker } from './fleet/workers.ts'
import { makeTickets, type Ticket } from './tickets.ts'

/** What may change of a job. Null clears a field. */
export type JobChange = Partial<
  Pick<
    StoredJob['job'],
    | 'run'
    | 'status'
    | 'reason'
    | 'error'
    | 'counts'
    | 'progress'
    | 'preview'
    | 'planHash'
    | 'planned'
    | 'approver'
    | 'approvedBy'
    | 'startedAt'
    | 'readAgain'
  >
> & {
  readonly state?: JobState
  readonly atMs?: number | null
  readonly holder?: string | null
  readonly crashes?: Crashes
  readonly clears?: readonly (
    'status' | 'reason' | 'error' | 'progress' | 'counts' | 'preview' | 'planHash' | 'planned' | 'approver'
  )[]
}

const dayMs = 24 * 60 * 60 * 1000
const retentionMs = 365 * dayMs
/** What keeps a job's `change` from its goal is another process: it is read again so often. */
const attempts = 5

const columns = [
  ...(['state', 'run', 'start_at', 'ended_at', 'ticketed_at', 'lacks', 'holder', 'crashes', 'revision'] as const),
  'job',
] as const

/** What becomes of jobs whose time has come, or is over. */
const passed: readonly { readonly where: string; readonly change: JobChange; readonly action: string }[] = [
  {
    where: `state in ('scheduled', 'queued', 'paused', 'awaiting-approval') and not_after < $1 and run is null`,
    change: { state: 'missed', reason: 'NotAfter' },
    action: 'miss',
  },
  {
    where: `state = 'awaiting-approval' and start_at <= $1`,
    change: { state: 'discarded', reason: 'ApprovalExpired', atMs: null },
    action: 'expire',
  },
  { where: `state in ('scheduled', 'paused') and start_at <= $1`, change: { state: 'queued' }, action: 'due' },
]

/** The jobs of a store: their states, their keys, their history and its audit. Every change is one transaction. */
export const jobStore = (tables: Tables, clock: Clock) => {
  const find = async (on: Queries, id: string): Promise<StoredJob> => {
    const [line] = await on.query('select * from jobs where id = $1', [id])
    if (!line) throw unknownJob(id)
    return storedIn(line)
  }

  const audit = (on: Queries, job: Job, act: JobAct, from?: JobState): Promise<unknown> =>
    addAudit(on, job, act, { at: clock.now(), from })

  /** Changes one job if nobody has changed it since it was read; undefined otherwise. */
  const write = async (
    on: Queries,
    { job, holder, crashes, lacks }: StoredJob,
    { state = job.state, atMs, holder: held, crashes: counted, clears = [], ...change }: JobChange,
    act: JobAct,
  ): Promise<Job | undefined> => {
    const kept = Object.fromEntries(
      Object.entries(job).filter(
        ([name]) => !(clears as readonly string[]).includes(name) && (name !== 'reason' || lacks === undefined),
      ),
    )
    const changed: Job = {
      ...(kept as object as Job),
      ...given(change),
      state,
      revision: job.revision + 1,
    }
    const ends = hasEnded(state)
    const values: Record<(typeof columns)[number], Value> = {
      state,
      run: changed.run ?? null,
      start_at: atMs === undefined ? (job.at === undefined ? null : Date.parse(job.at)) : atMs,
      ended_at: ends ? clock.now() : null,
      // Each time that it waits it needs a ticket of its own.
      ticketed_at: null,
      lacks: null,
      holder: held === undefined ? (holder ?? null) : held,
      crashes: JSON.stringify(counted ?? crashes),
      revision: changed.revision,
      job: keptOf(changed),
    }
    const lines = await on.query(
      `update jobs set ${columns.map((name, at) => `${name} = $${at + 3}`).join(', ')}
       where id = $1 and revision = $2 returning *`,
      [job.id, job.revision, ...columns.map(name => values[name])],
    )
    const line = lines[0]
    if (!line) return undefined
    if (!keepsSlot(state)) await on.query('delete from write_slots where job = $1', [job.id])
    const now = jobIn(line)
    await audit(on, now, act, job.state)
    const notice = noticeOf(now, job.state, clock.now())
    if (notice) await addNotice(on, notice)
    await updateWholeOf(on, job.id, clock.now())
    return now
  }

  const insert = (on: Queries, order: NewJob | WholeOrder, person: Person): Promise<Job> =>
    'parts' in order ? insertWhole(on, order, person, clock.now()) : insertJob(on, order, person, clock.now())

  return {
    /**
     * Adds a job: `queued`, or `scheduled` if its time is to come. With a key that was used before, it returns the job that was made
     * then.
     *
     * @throws EntrapipeError `KEY_REUSED` if the key was used for another request; `JOB_UNKNOWN` if its job was deleted
     */
    create: (
      order: NewJob | WholeOrder,
      person: Person,
      key?: IdempotencyKey,
    ): Promise<{ readonly job: Job; readonly isNew: boolean }> =>
      tables.transaction(async on => {
        if (!key) return { job: await insert(on, order, person), isNew: true }
        const earlier = await claimKey(on, key, person, clock.now())
        if (earlier !== undefined) return { job: (await find(on, earlier)).job, isNew: false }
        const job = await insert(on, order, person)
        await saveKey(on, key, person, job.id)
        return { job, isNew: true }
      }),

    /** Adds a job in a transaction of others. */
    createIn: insert,

    /** Returns a job in a transaction of others; undefined if there is none. */
    async findIn(on: Queries, id: string): Promise<Job | undefined> {
      const [line] = await on.query('select * from jobs where id = $1', [id])
      return line && jobIn(line)
    },

    /** @throws EntrapipeError `JOB_UNKNOWN` */
    async get(id: string): Promise<Job> {
      return (await find(tables, id)).job
    },

    /** Returns a job with what only its workers see. @throws EntrapipeError `JOB_UNKNOWN` */
    stored: (id: string): Promise<StoredJob> => find(tables, id),

    /** Newest first. @throws EntrapipeError `OPTION_INVALID` for a cursor that is none */
    async list(query: JobQuery): Promise<JobPage> {
      const { sql, values, limit } = asQuery(query)
      const lines = await tables.query(sql, values)
      const items = lines.slice(0, limit).map(jobIn)
      const last = lines.length > limit ? lines[limit - 1] : undefined
      return { items, ...given({ next: last && `${last['created_at']}.${last['id']}` }) }
    },

    ...jobFigures(tables, clock),

    /** The jobs in these states, the oldest first. */
    async inStates(states: readonly JobState[]): Promise<readonly StoredJob[]> {
      const lines = await tables.query(
        `select * from jobs where parts is null and state in (${states.map((_, at) => `$${at + 1}`).join(', ')}) order by created_at, id`,
        states,
      )
      return lines.map(storedIn)
    },

    /**
     * Changes a job that is in one of these states, and adds to its audit.
     *
     * @param from with a function, also what it says of the job must hold
     * @param wanted what is tried, as a participle for the message: `cancelled`
     * @throws EntrapipeError `JOB_UNKNOWN`; `JOB_STATE` if it is in another state
     */
    async change(
      id: string,
      from: readonly JobState[] | ((stored: StoredJob) => boolean),
      change: JobChange | ((stored: StoredJob) => JobChange),
      act: JobAct,
      wanted = 'changed',
    ): Promise<Job> {
      for (let attempt = 1; ; attempt++) {
        const changed = await tables.transaction(async on => {
          const stored = await find(on, id)
          const { job } = stored
          const isFrom = typeof from === 'function' ? from(stored) : from.includes(job.state)
          const asked = typeof change === 'function' ? change(stored) : change
          const { state = job.state } = asked
          if (!isFrom || (state !== job.state && !mayFollow(job.state, state))) throw wrongState(job, wanted)
          return write(on, stored, asked, act)
        })
        if (changed) return changed
        if (attempt === attempts) throw wrongState(await this.get(id), wanted, 'Try again.')
      }
    },

    /**
     * Records how far a job is, without a change of its state. Only its holder does.
     *
     * @returns the state of the job: its worker learns here that it is to be cancelled. Undefined if it has another holder.
     */
    async tell(
      id: string,
      holder: string,
      told: Pick<JobChange, 'run' | 'counts' | 'progress' | 'readAgain'>,
    ): Promise<JobState | undefined> {
      return tables.transaction(async on => {
        const [line] = await on.query('select * from jobs where id = $1 and holder = $2', [id, holder])
        if (!line) return undefined
        const { job } = storedIn(line)
        const { run = job.run, ...rest } = told
        await on.query('update jobs set run = $3, job = $4 where id = $1 and revision = $2', [
          ...[id, job.revision, run ?? null],
          keptOf({ ...job, ...given(rest) }),
        ])
        return job.state
      })
    },

    /**
     * Makes what can start now ready to start, and returns a ticket for each. Jobs whose time has come are queued, those whose time is
     * over are missed, and those that nobody has approved in time are discarded. One write job of a pipeline and tenant starts at a
     * time, the others follow in the order of their priority and age.
     *
     * @param live the workers of a fleet
     */
    tickets: (live?: readonly FleetWorker[]): Promise<readonly Ticket[]> =>
      tables.transaction(async on => {
        const now = clock.now()
        for (const { where, change, action } of passed)
          for (const line of await on.query(`select * from jobs where parts is null and ${where}`, [now]))
            await write(on, storedIn(line), change, { who: 'entrapipe', action })
        return makeTickets(on, now, live)
      }, true),

    /** Forgets all tickets: those of a queue that was emptied. Each job that waits gets a new one. */
    async dropTickets(): Promise<void> {
      await tables.query(`update jobs set ticketed_at = null where ticketed_at is not null`)
    },

    /**
     * Deletes a job that has ended. Its audit stays.
     *
     * @throws EntrapipeError `JOB_UNKNOWN`, `JOB_STATE`
     */
    remove: (id: string, who: string): Promise<void> =>
      tables.transaction(async on => {
        const { job } = await find(on, id)
        if (!hasEnded(job.state)) throw wrongState(job, 'deleted', 'Cancel it first.')
        // Who resumes it at the same time wins.
        const gone = await on.query('delete from jobs where id = $1 and revision = $2 returning id', [id, job.revision])
        if (gone.length === 0) throw wrongState(job, 'deleted', 'It was changed meanwhile: try again.')
        await audit(on, { ...job, revision: job.revision + 1 }, { who, action: 'delete' }, job.state)
      }),

    /** Deletes jobs that ended more than 365 days ago. Their audit stays. Returns their ids. */
    prune: (): Promise<readonly string[]> =>
      tables.transaction(async on => {
        const gone = await on.query('delete from jobs where ended_at < $1 returning *', [clock.now() - retentionMs])
        for (const line of gone) {
          const job = jobIn(line)
          await audit(on, { ...job, revision: job.revision + 1 }, { who: 'entrapipe', action: 'prune' }, job.state)
        }
        return gone.map(({ id }) => String(id))
      }),

    /** The audit of jobs, newest first. */
    audit: (query: AuditQuery = {}): Promise<readonly JobAudit[]> => readAudit(tables, query),
  }
}

/** See `jobStore`. */
export type JobStore = ReturnType<typeof jobStore>
