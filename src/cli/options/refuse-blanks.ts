import type { Command } from 'commander'
import { EntrapipeError } from '../../core/errors.ts'

/** Arguments that another command reads, or that a shell asks to complete. */
const passedOn: ReadonlySet<string> = new Set(['flags', 'words'])

/** Options for which empty text is a value. */
const canBeEmpty: ReadonlySet<string> = new Set(['--nulls'])

/** Options whose value is a sentence for people: blanks say nothing. Elsewhere, a tab may be a delimiter. */
const inWords: ReadonlySet<string> = new Set(['--reason', '--ticket'])

/**
 * Makes a command, and all below it, refuse empty values of options and arguments. An empty value is usually a shell variable
 * that is not set.
 */
export const refuseBlanks = (command: Command): Command => {
  for (const option of command.options) {
    const name = option.long ?? option.flags
    if (canBeEmpty.has(name)) continue
    command.on(`option:${option.name()}`, (value: unknown) => {
      if (value === '' || (inWords.has(name) && String(value).trim() === '')) throw blank(name)
    })
  }
  command.hook('preAction', (_, running) => {
    if (running !== command) return
    const at = running.args.findIndex(word => word.trim() === '')
    const argument = running.registeredArguments[at] ?? running.registeredArguments.at(-1)
    if (at >= 0 && argument && !passedOn.has(argument.name())) throw blank(`<${argument.name()}>`)
  })
  command.commands.forEach(refuseBlanks)
  return command
}

const blank = (name: string): EntrapipeError =>
  new EntrapipeError('USAGE', `The value of ${name} is empty.`, { fix: 'Is a shell variable not set?' })
