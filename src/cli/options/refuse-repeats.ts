import type { Command } from 'commander'
import { EntrapipeError } from '../../core/errors.ts'
import { addsUp } from './values.ts'

/**
 * Makes a command and all its subcommands refuse a second value of a single-valued option. The parser alone keeps the last
 * value and drops the first. A flag without a value means the same twice, and lists add up.
 */
export const refuseRepeats = (command: Command): Command => {
  for (const option of command.options) {
    if (!(option.required || option.optional) || addsUp(option)) continue
    let isGiven = false
    command.on(`option:${option.name()}`, () => {
      const name = option.long ?? option.flags
      if (isGiven) throw new EntrapipeError('USAGE', `${name} can be given only once.`)
      isGiven = true
    })
  }
  command.commands.forEach(refuseRepeats)
  return command
}
