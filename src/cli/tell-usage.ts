import type { CommanderError } from 'commander'
import { EntrapipeError } from '../core/errors.ts'
import type { Cli } from './cli.ts'
import { tell } from './tell.ts'

/** Help and version that were asked for, or help because nothing else was: commander has shown them. */
const shown = new Set(['commander.help', 'commander.helpDisplayed', 'commander.version'])

/** Says what the command line's parser did not take, as `USAGE`, and answers with the exit status. */
export const tellUsage = (error: CommanderError, cli: Pick<Cli, 'json' | 'say' | 'stderr'>): number => {
  if (shown.has(error.code)) return error.exitCode === 0 ? 0 : 2
  const words = error.message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/ \((Did you mean .+\?)\)$/, '. $1')
  const sentence = `${words.charAt(0).toUpperCase()}${words.slice(1)}`
  return tell(new EntrapipeError('USAGE', sentence, { fix: '--help lists what there is.' }), cli)
}
