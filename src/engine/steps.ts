import { EntrapipeError, isCode } from '../core/errors.ts'
import type { Context } from '../core/context.ts'
import type { Answer, PageStep, Step, Transform } from '../core/parts.ts'
import type { Result } from '../core/result.ts'
import { none, type Row } from '../core/row.ts'

/** Async answers of one page that may be under way at once. */
const rowsAtOnce = 16

/** Rows of any values. */
export type Rows = readonly Row<unknown>[]

/** A transform that is open: what runs for each page of the flow. */
export interface OpenStep {
  readonly kind: string
  readonly page: (rows: Rows) => Rows | Promise<Rows>
  readonly end: (() => Rows | Promise<Rows>) | undefined
  readonly save: PageStep<unknown, unknown>['save']
}

/**
 * Makes one page function of a row step or a page step. A row whose step throws is settled as `failed` and dropped; an
 * EntrapipeError other than `ROW_INVALID` ends the run instead, as does any throw of a page step.
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
      page: rows => step.page(rows),
      end: step.end && (() => step.end!()),
      save: step.save && (() => step.save!()),
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
      add(out, row, answer)
    } catch (error) {
      ctx.settled(failure(error, row, kind))
    }
  }
  return out
}

/** The same for a step that answers later: some rows at once, the order kept. */
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
    if (typeof answer === 'object' && 'failed' in answer) ctx.settled(failure(answer.failed, rows[at]!, kind))
    else add(out, rows[at]!, answer)
  }
  return out
}

interface Failed {
  readonly failed: unknown
}

const add = (out: Row<unknown>[], row: Row<unknown>, answer: Answer<unknown>): void => {
  if (answer === none) return
  if (Array.isArray(answer))
    for (const [at, made] of answer.entries()) out.push({ key: `${row.key}/${at}`, value: made.value })
  else out.push(answer as Row<unknown>)
}

/** What a throw says of its row, or the throw itself where it is not about the row. */
const failure = (error: unknown, row: Row<unknown>, operation: string): Result => {
  if (error instanceof EntrapipeError && !isCode(error, 'ROW_INVALID')) throw error
  const told = isCode(error, 'ROW_INVALID')
  const column = told ? error.facts['column'] : undefined
  return {
    key: row.key,
    operation,
    outcome: 'failed',
    code: told ? 'ROW_INVALID' : 'STEP_FAILED',
    message: error instanceof Error ? (told ? error.message : `${error.name}: ${error.message}`) : String(error),
    ...(typeof column === 'string' ? { target: column } : {}),
    ...(told && error.fix ? { fix: error.fix } : {}),
  }
}
