import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Ending, GraphReply } from '../../core/graph.ts'
import type { Finding, Verdict } from '../../core/operation.ts'
import { graphCode, graphMessage, requestIdOf } from '../../graph/refusal.ts'
import type { SentMark } from '../../store/ledger-types.ts'
import { expectAnswers } from './looks.ts'
import { actionOf } from './results.ts'
import type { Asked, ChangeUnit, Working } from './working.ts'

/** A request that was refused, and may teach something. */
export interface Refused {
  readonly rows: readonly Working[]
  readonly reply: GraphReply
}

/** What the endings of some requests mean for their rows. */
interface Sorted {
  readonly settled: { readonly row: Working; readonly finding: Finding }[]
  /** Not sent, to be sent again at once. */
  readonly again: Working[]
  /** Refused because of another row of their request, to be sent again at once without it. */
  readonly apart: Working[]
  /** Performed by nobody, because the directory does not show an earlier change yet. */
  readonly later: { readonly row: Working; readonly finding: Finding }[]
  /** Performed by nobody, because the directory had no unit for them. */
  readonly lacking: { readonly row: Working; readonly finding: Finding & { readonly lacks: string } }[]
  /** Sent, and perhaps performed. */
  readonly undecided: Working[]
  /** Those of them whose last attempt has a reply; see `Sent.answered`. */
  readonly answered: { readonly row: Working; readonly answered: NonNullable<Working['answered']> }[]
  /** Attempts that were announced and did not leave. */
  readonly withdrawn: Pick<SentMark, 'ordinal' | 'attempt'>[]
  readonly refusals: Refused[]
  /** Somebody else makes the same changes. */
  isContested: boolean
  /** Why nothing more can be sent. */
  error: Error | undefined
}

/** Sorts the rows of requests by how they ended. */
export const sortEndings = (endings: readonly Ending<ChangeUnit>[]): Sorted => {
  const sorted: Sorted = {
    settled: [],
    again: [],
    apart: [],
    later: [],
    lacking: [],
    undecided: [],
    answered: [],
    withdrawn: [],
    refusals: [],
    isContested: false,
    error: undefined,
  }
  const refused = new Map<ChangeUnit, { readonly rows: Working[]; readonly error: Error }>()
  for (const ending of endings) {
    const rows = ending.unit.rows[ending.at]!
    if (ending.end === 'not-sent') {
      for (const row of rows)
        for (let attempt = 1; attempt <= ending.attempts; attempt++)
          sorted.withdrawn.push({ ordinal: row.entry.ordinal, attempt: row.attempts + attempt })
      if (ending.why === 'refused') {
        const { unit, error } = ending
        refused.set(unit, { error, rows: [...(refused.get(unit)?.rows ?? []), ...rows] })
      } else sorted.again.push(...rows)
      if (ending.why === 'unsent' || ending.why === 'throttled') sorted.error ??= ending.error
      continue
    }
    for (const row of rows) {
      row.attempts += ending.attempts
      row.asked = askedBy(ending)
    }
    if (ending.end === 'lost') sorted.undecided.push(...rows)
    else sortReply(rows, ending.reply, ending.lostBefore, sorted)
  }
  for (const { rows, error } of refused.values()) sortRefused(rows, error, sorted)
  return sorted
}

const askedBy = ({ unit, at, clientRequestId }: Ending<ChangeUnit>): Asked | undefined => {
  return clientRequestId === undefined ? undefined : { action: actionOf(unit.requests[at]!), clientRequestId }
}

/** Rows of a unit that was refused for its content: one of them is to blame. */
const sortRefused = (rows: readonly Working[], error: Error, sorted: Sorted): void => {
  const [row] = rows as readonly [Working]
  if (rows.length === 1) sorted.settled.push({ row, finding: refusedTrip(error) })
  else sorted.again.push(...divided(rows, rows.length, { alone: true }))
}

const refusedTrip = (error: Error): Finding => {
  const { status, code, requestId } = error instanceof EntrapipeError ? error.facts : {}
  return {
    outcome: 'failed',
    code: typeof code === 'string' ? code : 'GRAPH_REFUSED',
    message: error.message,
    ...(typeof status === 'number' && { status }),
    ...(typeof requestId === 'string' && { requestId }),
  }
}

const sortReply = (rows: readonly Working[], reply: GraphReply, lostBefore: boolean, sorted: Sorted): void => {
  // A refusal may be the answer to an attempt that was performed before.
  if (lostBefore && reply.status >= 400) return void sorted.undecided.push(...rows)
  const [{ operation }] = rows as readonly [Working]
  if (reply.status >= 400 && operation.taught) sorted.refusals.push({ rows, reply })
  const verdicts = operation.settle(rows, reply)
  expectAnswers(operation.kind, rows.length, verdicts.length)
  const apart = rows.filter((_, at) => isApart(verdicts[at]!))
  if (verdicts.includes('contested')) sorted.isContested = true
  if (apart.length > 0) sorted.apart.push(...divided(apart, rows.length))
  rows.forEach((row, at) => sortVerdict(row, verdicts[at]!, reply, sorted))
}

const isApart = (verdict: Verdict) => verdict === 'apart' || verdict === 'contested'

const sortVerdict = (row: Working, verdict: Verdict, reply: GraphReply, sorted: Sorted): void => {
  if (isApart(verdict)) return
  if (verdict === 'undecided') {
    sorted.undecided.push(row)
    sorted.answered.push({ row, answered: reply.status >= 400 ? 'refused' : true })
  } else if (verdict === 'later') sorted.later.push({ row, finding: refusedRow(reply) })
  else {
    const finding = { ...given({ requestId: requestIdOf(reply) }), status: reply.status, ...verdict }
    const { lacks } = verdict
    if (lacks === undefined) sorted.settled.push({ row, finding })
    else sorted.lacking.push({ row, finding: { ...finding, lacks } })
  }
}

const refusedRow = (reply: GraphReply): Finding => ({
  outcome: 'failed',
  status: reply.status,
  ...given({ code: graphCode(reply), message: graphMessage(reply), requestId: requestIdOf(reply) }),
})

/** The rows to send again without those at fault. If none was named, in halves; a single row alone again. */
const divided = (apart: readonly Working[], sent: number, more: { readonly alone?: true } = {}): readonly Working[] => {
  const middle = apart.length < sent ? apart.length : Math.ceil(apart.length / 2)
  for (const half of [apart.slice(0, middle), apart.slice(middle)]) {
    const together = { most: Math.max(1, half.length), ...more }
    for (const row of half) row.together = together
  }
  return apart
}
