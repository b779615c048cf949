import { EntrapipeError } from '../../core/errors.ts'
import { discard } from '../../engine/discard.ts'
import { destinationAt } from '../../places/place-to.ts'
import type { Cli } from '../cli.ts'

interface Discarded {
  readonly run: string
  /** Absolute paths of the removed files. */
  readonly removed: readonly string[]
}

/**
 * Removes the records of an unfinished run, and its partial files.
 *
 * @throws EntrapipeError `RUN_UNKNOWN`; `RUN_ACTIVE`; `RUN_ENDED` when the run is done or already discarded
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
  return { run: info.id, removed: await discard({ ...cli, store, places: destinationAt }, info.id) }
}
