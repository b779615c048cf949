import type { Fields } from '../core/json.ts'
import type { RunInfo, StoredResult } from '../store/types.ts'

/** What is known of the result of a row; a row without one is `pending`. */
export type AnyResult = Omit<StoredResult, 'sequence' | 'outcome' | 'at'> & {
  readonly outcome: StoredResult['outcome'] | 'pending'
  readonly at?: string
}

/** Names of the fields of a result, in order. Runs of several phases also have `phase`, behind `run`. */
export const resultNames = [
  ...['run', 'key', 'step', 'operation', 'target', 'outcome', 'action', 'id', 'status', 'code', 'message', 'fix'],
  ...['requestId', 'attempt', 'tenant', 'at'],
] as const

/** The result of a row as it is shown everywhere: in CSV, JSON lines, and over REST. Null where there is nothing. */
export const resultFields = (info: Pick<RunInfo, 'id' | 'tenant' | 'phases'>, result: AnyResult): Fields => ({
  run: info.id,
  ...(info.phases && { phase: result.phase }),
  key: result.key,
  step: result.step ?? 0,
  operation: result.operation,
  target: result.target ?? null,
  outcome: result.outcome,
  action: result.action ?? null,
  id: result.id ?? null,
  status: result.status ?? null,
  code: result.code ?? null,
  message: result.message ?? null,
  fix: result.fix ?? null,
  requestId: result.requestId ?? null,
  attempt: result.attempt ?? null,
  tenant: info.tenant?.name ?? null,
  at: result.at ?? null,
})
