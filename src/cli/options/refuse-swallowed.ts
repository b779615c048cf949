import type { EventEmitter } from 'node:events'
import type { Command } from 'commander'
import { EntrapipeError } from '../../core/errors.ts'

/**
 * Makes a command, and all below it, refuse another of its options as the value of an option. The parser alone takes it as the value, so
 * that the other option is lost.
 */
export const refuseSwallowed = (command: Command): Command => {
  for (const option of command.options) {
    if (!option.required) continue
    const name = option.long ?? option.flags
    // Before the value is parsed, which would refuse it for another reason.
    ;(command as Command & Pick<EventEmitter, 'prependListener'>).prependListener(
      `option:${option.name()}`,
      (value: unknown) => {
        if (typeof value !== 'string' || !isOption(value, command)) return
        throw new EntrapipeError('USAGE', `${name} has no value: ${value} after it is another option.`, {
          fix: `Write the value after ${name}.`,
        })
      },
    )
  }
  command.commands.forEach(refuseSwallowed)
  return command
}

/** The parser has taken the options of the program out before. */
const isOption = (word: string, { options }: Command): boolean => {
  const [flag] = word.split('=')
  return word.startsWith('-') && options.some(({ short, long }) => flag === short || flag === long)
}
