import type { Writable } from 'node:stream'
import type { Cli } from '../cli.ts'
import { asTyped, configFlag, programName } from './program-name.ts'

/**
 * Writes a command's output to stdout. Resolves when all of it is written, so that the end of the process truncates nothing.
 *
 * @throws DownstreamClosed when the reader has closed; EntrapipeError `DISK_FULL`; the signal's reason when it is aborted
 */
export const print = async ({ stdout, signal }: Pick<Cli, 'stdout' | 'signal'>, text: string): Promise<void> => {
  const { output } = await import('../../places/stdio.ts')
  const stopped = Promise.withResolvers<never>()
  const stop = (): void => stopped.reject(signal.reason)
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop)
  try {
    await Promise.race([output(stdout as Writable).write(text), stopped.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Writes lines to stdout, as `print` does. Each entrapipe command in them is shown as this user has to type it. */
export const printLines = (
  cli: Pick<Cli, 'stdout' | 'signal' | 'environment' | 'json' | 'config'>,
  lines: readonly string[],
): Promise<void> => print(cli, asTyped(`${lines.join('\n')}\n`, programName(cli.environment), configFlag(cli)))
