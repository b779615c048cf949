import { asSentence } from '../../core/as-sentence.ts'
import { DownstreamClosed } from '../../core/downstream-closed.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { Cli } from '../cli.ts'

/** Prints an error as one sentence, and returns the exit status. An unexpected error is printed with its stack. */
export const tell = (error: unknown, cli: Pick<Cli, 'json' | 'say' | 'stderr'>): number => {
  if (error instanceof DownstreamClosed) return 0
  if (!(error instanceof EntrapipeError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    if (cli.json()) cli.say(JSON.stringify({ error: { code: 'INTERNAL', message: String(error) } }))
    else cli.say(`entrapipe: This is a bug in entrapipe. Please report it with this text: ${text}`)
    return 1
  }
  const { code, message, fix, facts, exit, retryable } = error
  if (cli.json()) cli.say(JSON.stringify({ error: { code, message, ...(fix ? { fix } : {}), retryable, facts } }))
  else
    cli.say(
      `entrapipe: ${[message, fix]
        .filter(text => text !== undefined)
        .map(asSentence)
        .join(' ')}`,
    )
  return exit
}
