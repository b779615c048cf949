import { EntrapipeError } from '../core/errors.ts'
import { outputFormat, type OutputOptions } from './output-sink.ts'

/**
 * The output of a command that reads rows. If the input has no trailer, the output has none: a program that does not write a
 * trailer does not read one either.
 *
 * @param readsLines whether JSON lines are read
 * @throws EntrapipeError `OPTION_INVALID` if the command neither reads nor writes what could have a trailer
 */
export const outputAfter = (
  { trailer, ...params }: OutputOptions & { readonly trailer: boolean },
  readsLines: boolean,
): OutputOptions => {
  const isWritten = params.to === '-' && outputFormat(params) === 'jsonl'
  if (!trailer && !isWritten && !readsLines)
    throw new EntrapipeError(
      'OPTION_INVALID',
      '--no-trailer applies only to JSON lines that are read, or written to stdout. Leave it out.',
    )
  return isWritten ? { ...params, trailer } : params
}
