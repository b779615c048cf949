import { hash } from 'node:crypto'
import type { Clock } from '../../core/clock.ts'
import { given } from '../../core/given.ts'
import type { Queries, Tables } from '../../store/tables/tables.ts'
import { addAudit, type JobAct } from '../job-audit.ts'
import { unknownJob, wrongState } from '../job-errors.ts'
import { wholeIdOf } from '../job-id.ts'
import { hasEnded, type Job } from '../job.ts'
import { jobIn, keptOf } from '../job-lines.ts'
import { addNotice, noticeOf } from '../notices.ts'
import { wholeState } from './whole-state.ts'

const who = 'entrapipe'

/** Those whose plans wait for approval. */
export const waitingFor = (parts: readonly Job[]): readonly Job[] =>
  parts.filter(({ state, planHash }) => state === 'awaiting-approval' && planHash !== undefined)

/** The hash of the plans that wait for approval, by their tenants. */
export const hashOfPlans = (parts: readonly Job[]): string | undefined => {
  const waiting = waitingFor(parts)
  if (waiting.length === 0) return undefined
  const lines = waiting.map(({ tenant, planHash }) => `${tenant} ${planHash}\n`).sort()
  return hash('sha256', lines.join(''))
}

const partsOf = async (on: Queries, id: string): Promise<readonly Job[]> =>
  (await on.query('select * from jobs where part_of = $1 order by length(id), id', [id])).map(jobIn)

/** Brings a job over several tenants up to date, in the transaction of what has changed. */
const update = async (
  on: Queries,
  id: string,
  now: number,
  act: JobAct,
  asked?: { readonly isCancelled: boolean },
): Promise<Job> => {
  // Who changes another of its jobs at the same time waits here, and then sees this change.
  const [line] = await on.query('update jobs set revision = revision where id = $1 returning *', [id])
  if (!line) throw unknownJob(id)
  const before = jobIn(line)
  const parts = await partsOf(on, id)
  const isStopping = asked?.isCancelled ?? before.state === 'cancelling'
  const { state, ...rest } = wholeState(parts, isStopping)
  const { status: _, reason: __, counts: ___, parts: ____, approver: _____, planHash: ______, ...kept } = before
  const planHash = hashOfPlans(parts)
  // What a person does is in the audit, also if the state stays.
  const isNew = asked !== undefined || state !== before.state || planHash !== before.planHash
  const startedAt = before.startedAt ?? parts.flatMap(part => part.startedAt ?? []).sort()[0]
  const after: Job = {
    ...kept,
    ...rest,
    state,
    revision: before.revision + (isNew ? 1 : 0),
    ...given({ planHash, startedAt }),
  }
  const [changed] = await on.query(
    'update jobs set state = $2, ended_at = $3, revision = $4, job = $5 where id = $1 returning *',
    [
      id,
      state,
      hasEnded(state) ? (hasEnded(before.state) ? Date.parse(before.endedAt!) : now) : null,
      after.revision,
      keptOf(after),
    ],
  )
  const shown = jobIn(changed!)
  if (isNew) {
    await addAudit(on, shown, act, { at: now, from: before.state })
    const notice = noticeOf(shown, before.state, now)
    if (notice) await addNotice(on, notice)
  }
  return shown
}

/** Called in the transaction that has changed a job. */
export const updateWholeOf = async (on: Queries, job: string, now: number): Promise<void> => {
  const whole = wholeIdOf(job)
  if (whole !== undefined) await update(on, whole, now, { who, action: 'update' })
}

/** Jobs over several tenants. */
export const wholeStore = (tables: Tables, clock: Clock) => ({
  /** The jobs of its tenants, in the order of the request. */
  parts: (id: string): Promise<readonly Job[]> => partsOf(tables, id),

  /** Records what a person does with all of its jobs. */
  note: (id: string, act: JobAct, isCancelled: boolean): Promise<Job> =>
    tables.transaction(on => update(on, id, clock.now(), act, { isCancelled })),

  /**
   * Deletes it with its jobs. The audit stays.
   *
   * @throws EntrapipeError `JOB_STATE` while one of them is active
   */
  remove: (id: string, person: string): Promise<void> =>
    tables.transaction(async on => {
      const [line] = await on.query('select * from jobs where id = $1', [id])
      if (!line) throw unknownJob(id)
      const whole = jobIn(line)
      for (const job of [...(await partsOf(on, id)), whole]) {
        if (!hasEnded(job.state)) throw wrongState(whole, 'deleted', 'Cancel it first.')
        await on.query('delete from jobs where id = $1', [job.id])
        await addAudit(
          on,
          { ...job, revision: job.revision + 1 },
          { who: person, action: 'delete' },
          { at: clock.now(), from: job.state },
        )
      }
    }),
})

/** See `wholeStore`. */
export type WholeStore = ReturnType<typeof wholeStore>
