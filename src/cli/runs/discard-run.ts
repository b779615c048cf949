import { EntrapipeError } from '../../core/errors.ts'
import { writtenBy } from '../../store/types.ts'
import { checkContext } from '../../engine/contexts.ts'
import { destinationAt } from '../../places/place-to.ts'
import type { Cli } from '../cli.ts'

interface Discarded {
  readonly run: string
  /** What was there, and is not any more; absolute. */
  readonly removed: readonly string[]
}

/**
 * Removes an unfinished run's records, and the partials that it left beside its files.
 *
 * @throws EntrapipeError `RUN_UNKNOWN`, `RUN_ACTIVE`, `RUN_ENDED` when it is done, or discarded already
 */
export const discardRun = async (id: string, cli: Cli): Promise<Discarded> => {
  const store = await cli.store()
  const info = await store.get(id)
  if (info.status === 'done')
    throw new EntrapipeError(
      'RUN_ENDED',
      `Run ${info.id} is done${info.target === undefined ? '' : ' and its file is complete'}: there is nothing to discard.`,
      {
        facts: { run: info.id },
        fix: '`entrapipe runs prune` removes old records.',
      },
    )
  if (info.status === 'discarded')
    throw new EntrapipeError('RUN_ENDED', `Run ${info.id} was already discarded.`, {
      facts: { run: info.id },
    })
  await store.discard(info.id)
  const removed: string[] = []
  const ctx = checkContext({ ...cli, graph: undefined })
  for (const target of writtenBy(info))
    // A later run may write to the same place by now: the partial there is that one's.
    if ((await store.list({ writesTo: target, status: ['running'] })).length === 0)
      removed.push(...((await destinationAt(target)?.discard(ctx)) ?? []))
  return { run: info.id, removed }
}
