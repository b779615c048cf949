import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import type { Started } from './run-request.ts'

/**
 * Saves from where the next run of a delta continues. Last of all: a process that dies before repeats the changes in the next run, and
 * loses none.
 */
export const saveDelta = async ({ plan, request }: Pick<Started, 'plan' | 'request'>, ctx: Context): Promise<void> => {
  const { delta } = plan.source
  if (!delta) return
  try {
    const note = await delta.save(ctx)
    if (note !== undefined) request.onEvent?.({ event: 'noted', note })
  } catch (error) {
    if (!(error instanceof EntrapipeError)) throw error
    const { code, message, cause, facts, fix } = error
    throw new EntrapipeError(
      code,
      `${message} The output is published and complete. The next run reports its changes again.`,
      { ...given({ cause, fix }), facts },
    )
  }
}
