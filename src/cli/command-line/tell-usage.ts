import type { CommanderError } from 'commander'
import { EntrapipeError } from '../../core/errors.ts'
import { nearest } from '../../core/nearest.ts'
import type { Cli } from '../cli.ts'
import { tell } from './tell.ts'

/** Codes of commander after it has printed the help or the version. */
const shown = new Set(['commander.help', 'commander.helpDisplayed', 'commander.version'])

/** Prints an error of the command line's parser as `USAGE`, and returns the exit status. */
export const tellUsage = (error: CommanderError, cli: Pick<Cli, 'json' | 'say' | 'stderr'>): number => {
  if (shown.has(error.code)) return error.exitCode === 0 ? 0 : 2
  const words = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ')
  const expected = wrongValue(words)
  if (expected !== undefined) return tell(new EntrapipeError('USAGE', expected), cli)
  const asked = words.replace(/ \((Did you mean .+\?)\)$/, '. $1')
  const sentence = `${asked.charAt(0).toUpperCase()}${asked.slice(1)}`
  return tell(new EntrapipeError('USAGE', sentence, { fix: '--help lists what is supported.' }), cli)
}

/** Rewords an invalid value as `Expected …, got …`. Undefined for other errors. */
const wrongValue = (words: string): string | undefined => {
  const option = /^option '(?:-\w, )?(\S+).*?' argument '(.*)' is invalid\. (.*)$/.exec(words)
  const argument = /^command-argument value '(?<got>.*)' is invalid for argument '(?<name>.+?)'\. (?<why>.*)$/.exec(
    words,
  )
  const [name, got = '', why = ''] = option
    ? option.slice(1)
    : [argument && `<${argument.groups!['name']}>`, argument?.groups!['got'], argument?.groups!['why']]
  if (!name) return undefined
  const choices = /^Allowed choices are (.*)\.$/.exec(why)?.[1]
  if (choices === undefined)
    return why.startsWith(`Expected ${name} `) ? why : why.replace(/^Expected /, `Expected ${name} to be `)
  const near = nearest(got, choices.split(', '))
  return `Expected ${name} to be one of ${choices}, got "${got}".${near ? ` Did you mean ${near}?` : ''}`
}
