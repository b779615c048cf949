import { Command } from 'commander'
import t from 'tap'
import type { Cli } from '../../src/cli/cli.ts'
import { commands } from '../../src/cli/main.ts'

const leaves = (command: Command): readonly Command[] =>
  command.commands.length === 0 || command.name() === 'sandbox'
    ? [command, ...command.commands]
    : command.commands.flatMap(leaves)

const helpOf = (command: Command): string => {
  let text = ''
  command.configureOutput({ writeOut: more => void (text += more) })
  command.outputHelp()
  return text
}

t.test('every command has a summary of one line, and an example that can be typed', async t => {
  const program = await commands(new Command('entrapipe'), { json: () => false } as unknown as Cli)
  const found = leaves(program).filter(command => !command.name().startsWith('__'))
  t.ok(found.length > 15, `${found.length} commands`)
  for (const command of found) {
    t.ok(command.summary() || command.description(), `${command.name()} has a summary`)
    t.match(helpOf(command), /\nExamples?:\n {2}.*entrapipe /, `${command.name()} has an example`)
  }
})
