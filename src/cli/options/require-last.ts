import type { Command } from 'commander'
import { EntrapipeError } from '../../core/errors.ts'

/**
 * Makes a command, and all below it, check for required options last. The parser would check for them before it reports an
 * unknown option, so a misspelt option would be reported as a missing one.
 */
export const requireLast = (command: Command): Command => {
  const required = command.options.filter(({ mandatory }) => mandatory)
  for (const option of required) {
    option.makeOptionMandatory(false)
    option.description += ' (required)'
  }
  if (required.length > 0)
    command.hook('preAction', () => {
      const missing = required.filter(option => command.getOptionValue(option.attributeName()) === undefined)
      if (missing.length === 0) return
      const flags = missing.map(({ flags }) => flags).join(', ')
      throw new EntrapipeError('USAGE', `Missing the required option${missing.length > 1 ? 's' : ''} ${flags}.`, {
        fix: '--help lists what is supported.',
      })
    })
  command.commands.forEach(requireLast)
  return command
}
