import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import t from 'tap'
import type { Cli } from '../../src/cli/cli.ts'
import { commands } from '../../src/cli/main.ts'
import { validateConfig } from '../../src/tenants/validate.ts'

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

t.test('no term of a help is so long that its texts are not wrapped', async t => {
  const program = await commands(new Command('entrapipe'), { json: () => false } as unknown as Cli)
  for (const command of leaves(program)) {
    const help = command.createHelp()
    // Below 40 columns beside the terms, commander does not wrap.
    t.ok(help.padWidth(command, help) <= 80 - 4 - 40, command.name())
  }
})

const commandAt = async (...words: readonly string[]): Promise<Command> =>
  words.reduce<Command>(
    (command, word) => command.commands.find(each => each.name() === word)!,
    await commands(new Command('entrapipe'), { json: () => false } as unknown as Cli),
  )

t.test(
  'the entries of a configuration in the help and in the documentation are valid, with all that changes need',
  async t => {
    const help = helpOf(await commandAt('tenants', 'add'))
    const page = readFileSync(new URL('../../docs/changing.md', import.meta.url), 'utf8')
    for (const text of [help, page]) {
      const examples = Array.from(text.matchAll(/export default (\{\n[^]*?\n {0,2}\}\n)/g), ([, example]) =>
        validateConfig(new Function(`return ${example!}`)(), 'example'),
      )
      t.match(examples.map(({ tenants }) => tenants['contoso']).find(Boolean), {
        approval: 'second-person',
        protect: { groups: [String] },
        lagBound: Number,
      })
    }
  },
)

t.test('the help of a command lists no options without an effect on it', async t => {
  const notOnCreate = /--key|--max-removals|--irreversible/
  t.notMatch(helpOf(await commandAt('users', 'create')), notOnCreate)
  t.notMatch(helpOf(await commandAt('groups', 'create')), notOnCreate)
  t.match(helpOf(await commandAt('users', 'delete')), notOnCreate)
})
