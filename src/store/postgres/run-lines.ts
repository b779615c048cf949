import { given } from '../../core/given.ts'
import { overlap } from '../../core/targets.ts'
import { identityOf } from '../identity.ts'
import { writtenBy, type NewRun, type RunInfo, type RunQuery, type RunStatus } from '../types.ts'
import type { Sql } from './database.ts'

/** A run as it is in the tables. */
export interface RunLine {
  readonly number: number
  readonly id: string
  readonly identity: string
  /** As it is: that of a run whose lease ran out is not `running`. */
  readonly status: RunStatus
  /** Whether a process holds it, also to change it after its end. */
  readonly is_held: boolean
  /** Whether its holder died, or lost it. */
  readonly lapsed: boolean
  readonly resumable: boolean
  readonly writes: boolean
  readonly started: number
  readonly held: number
  readonly ended: number | null
  readonly due: number | null
  readonly resumed: number
  readonly pid: number
  readonly worker: string
  readonly run: string
  readonly also_writes: string | null
  readonly error: string | null
  readonly manifest: string | null
  readonly is_removed: boolean
  readonly token: number
  readonly takeovers: number
  readonly progress: string | null
}

/** A run that is recorded as held, by a process that did not renew its lease. */
const hasLapsed = `(status = 'running' and coalesce(lease_until < clock_timestamp(), true))`

/** The status of a run that was stopped; see `stopped`. */
const stoppedStatus = `case when resumable then 'interrupted' else 'failed' end`

const seenStatus = `case when ${hasLapsed} then ${stoppedStatus} else status end`

const columns = `number, id, identity, ${seenStatus} as status,
  coalesce(lease_until >= clock_timestamp(), false) as is_held, died or ${hasLapsed} as lapsed, resumable, writes, started, held, ended, due,
  resumed, pid, worker, run, also_writes, error, manifest, is_removed, token, takeovers, progress`

const parsed = <T>(text: string | null): T | undefined => (text === null ? undefined : (JSON.parse(text) as T))

/** Reads a line. */
export const infoOf = (line: RunLine): RunInfo => ({
  ...(JSON.parse(line.run) as NewRun),
  id: line.id,
  identity: line.identity,
  status: line.status,
  startedAt: line.started,
  resumed: line.resumed,
  ...(!line.resumable && { resumable: false }),
  pid: line.pid,
  worker: line.worker,
  ...given({
    endedAt: line.ended ?? undefined,
    dueAt: line.due ?? undefined,
    alsoWrites: parsed<readonly string[]>(line.also_writes),
    error: parsed<NonNullable<RunInfo['error']>>(line.error),
    manifest: parsed<NonNullable<RunInfo['manifest']>>(line.manifest),
  }),
})

/** Whether a run writes to a place, or to one above or below. */
const writesTo = (line: RunLine, to: string): boolean => writtenBy(infoOf(line)).some(own => overlap(own, to))

/** Returns runs, newest first. */
export const listRuns = async (sql: Pick<Sql, 'rows'>, query: RunQuery = {}): Promise<readonly RunLine[]> => {
  const values: unknown[] = []
  const value = (of: unknown) => `$${values.push(of)}`
  const where = [
    ...(['pipeline', 'target', 'identity', 'tenant', 'writes'] as const).flatMap(name =>
      query[name] === undefined ? [] : `${name} = ${value(query[name])}`,
    ),
    query.shareOf === undefined ? 'share_of is null' : `share_of = ${value(query.shareOf)} and not is_removed`,
    // As written first, which has an index.
    query.status
      ? `status = any(${value([...query.status, 'running'])}) and ${seenStatus} = any(${value(query.status)})`
      : [],
    query.dueBy === undefined ? [] : `due <= ${value(query.dueBy)}`,
    query.after ? `(started, id) < (${value(query.after.startedAt)}, ${value(query.after.id)})` : [],
  ].flat()
  const { limit = Infinity, writesTo: to } = query
  const most = to === undefined && Number.isFinite(limit) ? ` limit ${value(limit)}` : ''
  const text = `select ${columns} from runs ${where.length > 0 ? `where ${where.join(' and ')}` : ''} order by started desc, id desc${most}`
  const found = await sql.rows<RunLine>(text, values)
  return to === undefined ? found : found.filter(line => writesTo(line, to)).slice(0, limit)
}

/** Returns at most two runs whose ids begin so; one if it is the whole id. */
export const runsCalled = async (sql: Pick<Sql, 'rows'>, beginning: string): Promise<readonly RunLine[]> => {
  const text = `select ${columns} from runs where starts_with(id, $1) order by id <> $1, id limit 2`
  const found = await sql.rows<RunLine>(text, [beginning])
  return found[0]?.id === beginning ? [found[0]] : found
}

/** Returns a run, locked against all other holders, within a transaction. */
export const lockRun = async (sql: Sql, number: number): Promise<RunLine | undefined> => {
  const text = `select ${columns} from runs where number = $1 for update`
  return (await sql.rows<RunLine>(text, [number]))[0]
}

/** The end of a lease that begins now, by the clock of the database. @param ms place of its length in the values of the statement */
export const leaseEnd = (ms: string): string => `clock_timestamp() + ${ms} * interval '1 millisecond'`

/** Who holds a run, and since when. */
interface Holder {
  readonly pid: number
  readonly worker: string
  readonly atMs: number
  readonly leaseMs: number
}

/** Adds a run that is held. */
export const insertRun = async (sql: Sql, id: string, run: NewRun, by: Holder): Promise<RunLine> => {
  const { tenant, ...rest } = run
  const { alsoWrites, ...unchanging } = run
  const identity = identityOf(tenant ? { ...rest, tenant: tenant.id } : rest)
  const writes = run.writes ?? false
  const [added] = await sql.rows<RunLine>(
    `insert into runs (id, identity, pipeline, tenant, target, writes, is_writing, resumable, status, started, held, pid, worker, run,
       also_writes, lease_until, share_of)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'running', $9, $9, $10, $11, $12, $13, ${leaseEnd('$14')}, $15) returning ${columns}`,
    [
      ...[id, identity, run.pipeline, tenant?.id ?? null, run.target ?? null, writes, writes && tenant !== undefined],
      ...[run.resumable, by.atMs, by.pid, by.worker, JSON.stringify(unchanging)],
      ...[alsoWrites ? JSON.stringify(alsoWrites) : null, by.leaseMs, run.shareOf ?? null],
    ],
  )
  return added!
}

/** Columns of a run that its holder changes; null clears one. */
interface RunChange {
  readonly status?: RunStatus
  readonly resumable?: boolean
  readonly is_writing?: boolean
  readonly held?: number
  readonly ended?: number | null
  readonly due?: number | null
  readonly resumed?: number
  readonly pid?: number
  readonly worker?: string
  readonly also_writes?: string | null
  readonly error?: string | null
  readonly manifest?: string | null
  readonly is_removed?: boolean
  readonly died?: boolean
  readonly takeovers?: number
  readonly progress?: string
}

/** Changes the given columns of a run. @param holding `take` begins a lease under a new token, `end` ends it */
export const changeRun = async (
  sql: Sql,
  number: number,
  change: RunChange,
  holding?: 'end' | { readonly take: number },
): Promise<RunLine> => {
  const names = Object.keys(change)
  const values: unknown[] = [number, ...Object.values(change)]
  const set = names.map((name, at) => `${name} = $${at + 2}`)
  if (holding === 'end') set.push('lease_until = null')
  else if (holding) set.push('token = token + 1', `lease_until = ${leaseEnd(`$${values.push(holding.take)}`)}`)
  const [line] = await sql.rows<RunLine>(
    `update runs set ${set.join(', ')} where number = $1 returning ${columns}`,
    values,
  )
  return line!
}

/** Records of runs whose holder did not renew its lease that they have stopped. One that a stopped process still locks is left. */
export const recordLapsed = async (sql: Sql): Promise<void> => {
  await sql.run(
    `update runs set status = ${stoppedStatus}, died = true, token = token + 1, lease_until = null,
       ended = (extract(epoch from lease_until) * 1000)::bigint
     where number in (select number from runs where ${hasLapsed} for update skip locked)`,
  )
}
