import { machineUser } from '../../core/environment.ts'
import { EntrapipeError, isCode } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Json } from '../../core/json.ts'
import { isSecretColumn } from '../../core/secret-columns.ts'
import type { AuditEntry } from '../../store/audit-line.ts'
import type { RunReader } from '../../store/run-store.ts'
import type { Store } from '../../store/store.ts'
import { onlyPhase, type ChangedRow, type RunInfo } from '../../store/types.ts'
import type { Described, Started } from '../run-request.ts'
import { countRowsOf } from './count-rows.ts'

/** The note of a run with its place in the audit log. */
const auditNote = 'audit'

/** Where a run stands in the audit log. */
interface Audited {
  /** The last result that is in the log. */
  readonly sequence: number
  /** Hash of the last entry of the run. */
  readonly head: string
}

/** Results read, and changes appended, at once. */
const pageRows = 1_000

/** Hash of the last entry of a run in the audit log; undefined if it has none. */
export const auditHead = async (run: Pick<RunReader, 'loadNote'>): Promise<string | undefined> =>
  ((await run.loadNote(auditNote)) as Audited | undefined)?.head

/**
 * Appends the changes that were sent and settled since the last time. If the process dies before the place is recorded, they are appended
 * again: `result` tells that they are the same.
 */
const appendChanges = async (
  { audit, read }: Pick<Store, 'audit' | 'read'>,
  { id, tenant }: Pick<RunInfo, 'id' | 'tenant'>,
): Promise<Audited | undefined> =>
  read(id, async run => {
    let last = (await run.loadNote(auditNote)) as Audited | undefined
    for (;;) {
      const rows = await run.readChanges({ after: last?.sequence ?? 0, limit: pageRows })
      if (rows.length === 0) return last
      const clients = await clientsOf(run, rows)
      const head = await audit.append(rows.map(row => changeEntry(row, clients.get(row.ordinal) ?? [], id, tenant?.id)))
      last = { sequence: rows.at(-1)!.result.sequence, head }
    }
  })

/** The client-request-ids of each row. */
const clientsOf = async (run: RunReader, rows: readonly ChangedRow[]): Promise<ReadonlyMap<number, string[]>> => {
  const found = new Map<string, ChangedRow[]>(Map.groupBy(rows, ({ result }) => result.phase))
  const clients = new Map<number, string[]>()
  for (const [phase, some] of found)
    for (const { ordinal, client } of await run
      .phase(phase)
      .ledger()
      .attempts(some.map(each => each.ordinal)))
      clients.set(ordinal, [...(clients.get(ordinal) ?? []), client])
  return clients
}

const changeEntry = (
  { result, about, row, before }: ChangedRow,
  requests: readonly string[],
  run: string,
  tenant: string | undefined,
): AuditEntry => ({
  at: result.at,
  event: 'change',
  run,
  tenant: tenant ?? null,
  result: result.sequence,
  phase: result.phase === onlyPhase ? null : result.phase,
  key: result.key,
  step: result.step ?? 0,
  operation: row.kind,
  object: about,
  id: result.id ?? null,
  outcome: result.outcome,
  code: result.code ?? null,
  before: before ?? null,
  after: row.value,
  requests,
})

/** Without the values of parameters that are secrets by their names. */
const openParams = (params: Json): Json =>
  typeof params === 'object' && params !== null && !Array.isArray(params)
    ? Object.fromEntries(
        Object.entries(params).map(([name, value]) => [name, isSecretColumn(name) ? '***' : (value as Json)]),
      )
    : params

/** The entries of a run in the audit log. */
interface Auditing {
  /** Called before the first change is sent. A throw keeps it from being sent. */
  readonly begin: (pending: number) => Promise<void>
  /** Called when so many rows were settled. Their changes are appended some at a time. A throw says that this has failed. */
  readonly settled: (rows: number) => void
  /** Called when no more changes are sent. */
  readonly end: (error?: unknown) => Promise<void>
}

/** Writes what a run does into the audit log of the store. */
export const auditing = (started: Started, described: Described): Auditing => {
  const { request, info, id, run, saveRunNote } = started
  const { store, clock, changing, version, retry } = request
  const at = (): string => new Date(clock.now()).toISOString()
  const note = async (entry: AuditEntry): Promise<void> => {
    await appending
    const before = await appendChanges(store, info)
    const head = await store.audit.append([{ at: at(), ...entry }])
    await saveRunNote(auditNote, { sequence: before?.sequence ?? 0, head } satisfies Audited)
  }
  const append = async (): Promise<void> => {
    const appended = await appendChanges(store, info)
    if (appended) await saveRunNote(auditNote, { ...appended })
  }
  let unappended = 0
  let appending = Promise.resolve()
  let failure: unknown
  return {
    settled(rows) {
      if (failure !== undefined) throw failure
      unappended += rows
      if (unappended < pageRows) return
      unappended = 0
      appending = appending.then(append).catch(error => void (failure = error))
    },
    async begin(pending) {
      await note({
        event: retry ? 'retried' : info.resumed > 0 ? 'resumed' : 'started',
        run: id,
        pipeline: info.pipeline,
        tenant: info.tenant ? { ...info.tenant } : null,
        who: { ...machineUser(), ...(await changing?.audit?.who()) },
        ...given({ reason: changing?.audit?.reason, ticket: changing?.audit?.ticket }),
        params: openParams(info.params),
        input: described.source,
        pending,
        entrapipe: version,
      })
    },
    async end(error) {
      const counts = await countRowsOf(run)
      await note({
        event: 'ended',
        run: id,
        tenant: info.tenant?.id ?? null,
        counts: { rows: Object.values(counts).reduce((sum, many) => sum + many, 0), ...counts },
        ...(error !== undefined && { error: error instanceof EntrapipeError ? error.code : 'INTERNAL' }),
      })
    },
  }
}

/**
 * Appends the end of a run that was given up and that has sent changes, with what its process did not append before it died.
 *
 * @param by the run that supersedes it, if one does
 */
export const auditGivenUp = async (
  store: Pick<Store, 'audit' | 'read'>,
  info: Pick<RunInfo, 'id' | 'tenant'>,
  at: number,
  by?: string,
): Promise<void> => {
  try {
    if ((await store.read(info.id, auditHead)) === undefined) return
    await appendChanges(store, info)
  } catch (error) {
    // Its files are lost: what it has done cannot be told.
    if (!isCode(error, 'RUN_UNKNOWN')) throw error
  }
  await store.audit.append([
    {
      at: new Date(at).toISOString(),
      event: by === undefined ? 'discarded' : 'superseded',
      run: info.id,
      ...given({ by }),
      tenant: info.tenant?.id ?? null,
      who: { ...machineUser() },
    },
  ])
}
