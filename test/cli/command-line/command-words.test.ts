import { Command } from 'commander'
import t from 'tap'
import { operationNames } from '../../../src/catalogue/operations.ts'
import type { Cli } from '../../../src/cli/cli.ts'
import { commands } from '../../../src/cli/main.ts'
import { commandWords } from '../../../src/core/command-words.ts'

t.test('each operation is called by a command that exists, with options that it has', async t => {
  const program = await commands(new Command('entrapipe'), { json: () => false } as unknown as Cli)
  for (const kind of [...operationNames(), 'onboard', 'offboard']) {
    const words = commandWords(kind).split(' ')
    const options = words.filter(word => word.startsWith('--'))
    const names = options.length === 0 ? words : words.slice(0, words.indexOf(options[0]!))
    const found = names.reduce<Command | undefined>(
      (command, name) => command?.commands.find(each => each.name() === name),
      program,
    )
    t.ok(found, `${kind}: ${words.join(' ')}`)
    for (const option of options)
      t.ok(
        found?.options.some(({ long }) => long === option),
        `${kind}: ${option}`,
      )
  }
})
