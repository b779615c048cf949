import type { Command } from 'commander'
import { EntrapipeError } from '../../core/errors.ts'
import { nearest } from '../../core/nearest.ts'

/**
 * Refuses an unknown word in the place of a command. The parser alone reports it as an excess argument, and ignores it with
 * `--help`.
 *
 * @throws EntrapipeError `USAGE`, naming the commands
 */
export const expectCommand = (program: Command, argv: readonly string[]): void => {
  const path: string[] = []
  let command = program
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!
    if (word === '--') return
    if (word.startsWith('-')) {
      const option = optionOf(word, [...command.options, ...program.options])
      // The parser reports an unknown option, with the nearest one.
      if (!option && word !== '--help' && word !== '-h') return
      if (option?.required && !word.includes('=')) at++
      continue
    }
    if (word === 'help') return
    const next = command.commands.find(one => one.name() === word)
    if (!next) throw unknown([...path, word], command)
    command = next
    path.push(word)
    if (command.commands.length === 0) return
  }
}

const optionOf = (word: string, options: Command['options']) => {
  const [flag] = word.split('=')
  return options.find(({ short, long }) => flag === short || flag === long)
}

const unknown = (path: readonly string[], { commands }: Command): EntrapipeError => {
  const names = commands.map(one => one.name()).filter(name => !name.startsWith('_'))
  const near = nearest(path.at(-1)!, names)
  return new EntrapipeError('USAGE', `Unknown command '${path.join(' ')}'.${near ? ` Did you mean ${near}?` : ''}`, {
    fix: near ? '--help lists what is supported.' : `Commands: ${names.join(', ')}.`,
  })
}
