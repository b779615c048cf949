import { randomBytes } from 'node:crypto'
import { EntrapipeError } from '../core/errors.ts'
import { nameOfTarget, overlap } from '../core/targets.ts'
import { isUnfinished } from './prune.ts'
import { writtenBy, type NewRun, type RunInfo } from './types.ts'

/** Creates an id that sorts by time and has a short unique prefix for typing. */
export const newRunId = (now: number): string => {
  const [day, time] = new Date(now).toISOString().replace(/[-:]/g, '').split('T')
  return `${day}-${time!.slice(0, 6)}-${randomBytes(4).toString('hex')}`
}

/** The error `RUN_UNKNOWN`, with the command that lists the runs. */
export const unknownRun = (
  id: string,
  why = `Run ${id} was not found.`,
  fix = 'List the runs with: entrapipe runs list',
): EntrapipeError => new EntrapipeError('RUN_UNKNOWN', why, { facts: { run: id }, fix })

/** Returns the run that an id, or its beginning, means. @throws EntrapipeError `RUN_UNKNOWN` when none or several do */
export const onlyCalled = <R>(id: string, [run, another]: readonly R[]): R => {
  if (!run) throw unknownRun(id)
  if (another) throw unknownRun(id, `Several runs begin with ${id}.`)
  return run
}

/** The error `RUN_ACTIVE` about a run that another process holds. */
export const runActive = ({ id, pid, worker }: RunInfo, why = 'is in progress'): EntrapipeError => {
  const of = worker === undefined ? '' : ` of ${worker}`
  return new EntrapipeError('RUN_ACTIVE', `Run ${id} (process ${pid}${of}) ${why}.`, {
    facts: { run: id, pid, ...(worker !== undefined && { worker }) },
    fix: 'Wait until it ends, or stop that process.',
  })
}

/** The error `RUN_UNDECIDED` about a run with changes in state `sent`. */
export const runUndecided = ({ id }: RunInfo): EntrapipeError =>
  new EntrapipeError('RUN_UNDECIDED', `Run ${id} has sent changes, and it is not known yet what became of them.`, {
    facts: { run: id },
    fix: `Resume it with: entrapipe runs resume ${id}`,
  })

/** Refuses a run that nothing can continue. @param again see `RunStore.hold` */
export const expectResumable = (run: RunInfo, again: boolean): void => {
  const { id, status, writes } = run
  const isRetried = again && writes === true && (status === 'done' || status === 'failed')
  if (!isUnfinished(run) && !isRetried)
    throw new EntrapipeError('RUN_NOT_RESUMABLE', `Run ${id} is ${status} and cannot be resumed.`, {
      facts: { run: id, status },
    })
}

/** Refuses a run beside others that are in progress: no two do the same work, write to the same place, or change a tenant by the same pipeline. */
export const refuseBeside = (run: NewRun & Pick<RunInfo, 'id' | 'identity'>, running: readonly RunInfo[]): void => {
  const others = running.filter(({ id }) => id !== run.id)
  for (const other of others) if (other.identity === run.identity) throw runActive(other, 'is doing the same work')
  for (const to of writtenBy(run))
    for (const other of others) {
      // It may be a folder above or below.
      const taken = writtenBy(other).find(each => overlap(each, to))
      if (taken !== undefined) throw runActive(other, `is writing to ${nameOfTarget(taken)}`)
    }
  const { tenant } = run
  if (!run.writes || !tenant) return
  for (const other of others)
    if (other.writes && other.pipeline === run.pipeline && other.tenant?.id === tenant.id)
      throw runActive(other, `is writing to the tenant ${tenant.name}`)
}
