import type { Context } from '../core/context.ts'
import type { Refuse } from '../core/encoder.ts'

/** Records rows that a sink cannot write as failed, `ROW_INVALID`. */
export const refusal =
  (ctx: Context, operation: string): Refuse =>
  (row, message, fix) =>
    ctx.settled({ key: row.key, operation, outcome: 'failed', code: 'ROW_INVALID', message, fix })
