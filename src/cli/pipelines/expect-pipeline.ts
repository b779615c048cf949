import type { Command } from 'commander'
import { EntrapipeError } from '../../core/errors.ts'
import { nearest } from '../../core/nearest.ts'

/**
 * Checks that the first word after `run` or `check` is a pipeline, not an option.
 *
 * @throws EntrapipeError `USAGE`
 */
export const expectPipeline = (word: string, command: Command): void => {
  if (!word.startsWith('-')) return
  const [flag = ''] = word.split('=')
  const near = nearest(
    flag,
    command.options.flatMap(({ long }) => long ?? []),
  )
  throw new EntrapipeError('USAGE', `Expected the name or path of a pipeline before its options, got ${flag}.`, {
    fix:
      near === undefined || near === flag
        ? `For example: entrapipe ${command.name()} clean-hr-feed --help`
        : `Did you mean ${near}?`,
  })
}
