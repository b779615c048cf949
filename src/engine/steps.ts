import { EntrapipeError, isCode } from '../core/errors.ts'
import { locationOf } from '../core/code-location.ts'
import { wordsOf } from '../core/thrown.ts'
import type { Context } from '../core/context.ts'
import type { Answer, PageStep, Step, Transform } from '../core/parts.ts'
import type { Result } from '../core/result.ts'
import { none, type Row } from '../core/row.ts'
import { expectRow, expectRows, valueOf } from './expect-rows.ts'

/** Number of concurrent async calls per page. */
const rowsAtOnce = 16

/** Rows of any values. */
export type Rows = readonly Row<unknown>[]

/** An open transform, which runs for each page. */
export interface OpenStep {
  readonly kind: string
  readonly page: (rows: Rows) => Rows | Promise<Rows>
  readonly end: (() => Rows | Promise<Rows>) | undefined
  readonly save: PageStep<unknown, unknown>['save']
  readonly notes?: PageStep<unknown, unknown>['notes']
}

/**
 * Turns a row step or a page step into a page function. A row whose step throws is settled as `failed` and dropped. An
 * EntrapipeError other than `ROW_INVALID`, and any error of a page step, ends the run instead.
 */
export const openStep = async (
  transform: Transform<unknown, unknown>,
  ctx: Context,
  saved: Parameters<Transform<unknown, unknown>['open']>[1],
): Promise<OpenStep> => {
  const step = await transform.open(ctx, saved)
  if (typeof step !== 'function')
    return {
      kind: transform.kind,
      page: rows => pageOf(step.page(rows), transform.kind),
      end: step.end && (() => pageOf(step.end!(), transform.kind)),
      save: step.save && (() => step.save!()),
      notes: step.notes && (() => step.notes!()),
    }
  return {
    kind: transform.kind,
    page: rows => eachRow(step, rows, transform.kind, ctx),
    end: undefined,
    save: undefined,
  }
}

const eachRow = (step: Step<unknown, unknown>, rows: Rows, kind: string, ctx: Context): Rows | Promise<Rows> => {
  const out: Row<unknown>[] = []
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!
    try {
      const answer = step(row)
      if (answer instanceof Promise) return eachRowLater(step, rows, at, answer, out, kind, ctx)
      add(out, row, answer, kind)
    } catch (error) {
      ctx.settled(failure(error, row, kind))
    }
  }
  return out
}

/** As above, for an async step: several rows concurrently, in order. */
const eachRowLater = async (
  step: Step<unknown, unknown>,
  rows: Rows,
  first: number,
  firstAnswer: Promise<Answer<unknown>>,
  out: Row<unknown>[],
  kind: string,
  ctx: Context,
): Promise<Rows> => {
  const begin = (at: number): Promise<Answer<unknown> | Failed> =>
    (async () => step(rows[at]!))().catch((error: unknown) => ({ failed: error }))
  const under: Promise<Answer<unknown> | Failed>[] = [firstAnswer.catch((error: unknown) => ({ failed: error }))]
  for (let at = first, next = first + 1; at < rows.length; at++) {
    while (next < rows.length && next - at < rowsAtOnce) under.push(begin(next++))
    const answer = await under.shift()!
    if (isFailed(answer)) ctx.settled(failure(answer.failed, rows[at]!, kind))
    else add(out, rows[at]!, answer, kind)
  }
  return out
}

interface Failed {
  readonly failed: unknown
}

const isFailed = (answer: Answer<unknown> | Failed): answer is Failed =>
  typeof answer === 'object' && answer !== null && 'failed' in answer

const add = (out: Row<unknown>[], row: Row<unknown>, answer: Answer<unknown>, kind: string): void => {
  if (answer === none) return
  if (Array.isArray(answer))
    for (const [at, made] of answer.entries())
      out.push({ key: `${row.key}/${at}`, value: valueOf(made, 'transform', kind) })
  else out.push(expectRow(answer, 'transform', kind))
}

const pageOf = (rows: Rows | Promise<Rows>, kind: string): Rows | Promise<Rows> =>
  rows instanceof Promise ? rows.then(later => pageOf(later, kind)) : expectRows(rows, 'transform', kind)

/** Describes an unexpected error of a step, with the file and the line in the pipeline. */
const thrown = (error: unknown): string => {
  const location = locationOf(error)
  const words = error instanceof Error ? `${error.name}: ${wordsOf(error)}` : wordsOf(error)
  return location === undefined ? words : `${words} at ${location}`
}

/** Returns the result of a row whose step threw. @throws the error itself if it is not about the row */
const failure = (error: unknown, row: Row<unknown>, operation: string): Result => {
  if (error instanceof EntrapipeError && !isCode(error, 'ROW_INVALID')) throw error
  const told = isCode(error, 'ROW_INVALID')
  const column = told ? error.facts['column'] : undefined
  return {
    key: row.key,
    operation,
    outcome: 'failed',
    code: told ? 'ROW_INVALID' : 'STEP_FAILED',
    message: told ? error.message : thrown(error),
    ...(typeof column === 'string' ? { target: column } : {}),
    ...(told && error.fix ? { fix: error.fix } : {}),
  }
}
