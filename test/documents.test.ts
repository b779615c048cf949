import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import t from 'tap'
import type { Cli } from '../src/cli/cli.ts'
import { expectCommand } from '../src/cli/command-line/expect-command.ts'
import { commands } from '../src/cli/main.ts'
import { presets } from '../src/data/presets/presets.ts'
import { blocksOf, codeIn, root, tableOf } from './markdown.ts'

const pages = readdirSync(join(root, 'docs'))
  .filter(name => name.endsWith('.md'))
  .map(name => `docs/${name}`)

/** The words of each command in a script of the POSIX shell, as far as the documents use it. What follows `>` or `<` is no word of it. */
const commandsIn = (script: string): readonly (readonly string[])[] =>
  script
    .replaceAll('\\\n', ' ')
    .replace(/(^|\s)#.*$/gm, '')
    .match(/(?:"[^"]*"|'[^']*'|\$\([^)]*\)|<\w+>|[^|;&\n"'])+/g)!
    .map(command =>
      Array.from(command.matchAll(/(?:"[^"]*"|'[^']*'|\$\([^)]*\)|<\w+>|[^\s<>"'])+|[<>]/g), ([word]) =>
        word.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single!),
      ),
    )
    .map(words => words.slice(0, words.findIndex(word => word === '>' || word === '<') >>> 0))

/** The arguments of `entrapipe` in each command that is one. */
const ours = (script: string): readonly (readonly string[])[] =>
  commandsIn(script).flatMap(words => {
    const [first, second] = words
    if (first === 'entrapipe') return [words.slice(1)]
    return first === 'npx' && second === 'entrapipe' ? [words.slice(2)] : []
  })

/** Parses a command line without doing what it says. */
const parse = async (argv: readonly string[]): Promise<void> => {
  const cli = { json: () => false, environment: { variable: () => undefined } } as unknown as Cli
  const program = await commands(new Command('entrapipe'), cli, () => undefined, argv[0])
  const still = (command: Command): void => {
    if (Reflect.has(command, '_actionHandler') && Reflect.get(command, '_actionHandler') !== null)
      command.action(() => undefined)
    for (const each of command.commands) still(each)
  }
  still(program)
  expectCommand(program, argv)
  await program.parseAsync(argv, { from: 'user' })
}

for (const page of pages) {
  const all = blocksOf(page).flatMap(({ language, text }) => (language === 'sh' ? ours(text) : []))
  if (all.length > 0)
    t.test(
      `the ${all.length} commands of ${page} are those of the command line, with options that there are`,
      async t => {
        for (const argv of all) await t.resolves(parse(argv), argv.join(' '))
      },
    )
}

t.test('a command or an option that there is not is found', async t => {
  const of = async (script: string) => {
    for (const argv of ours(script)) await parse(argv)
  }
  t.strictSame(ours('npx entrapipe a "b c" > x &&\n  entrapipe d --e=\'f g\' | jq .  # entrapipe z\n'), [
    ['a', 'b c'],
    ['d', '--e=f g'],
  ])
  await t.rejects(of('ls\nentrapipe licenses reports'), { code: 'USAGE' })
  await t.rejects(of('entrapipe licenses report --no-sign-in'), { code: 'commander.unknownOption' })
  await t.rejects(of('entrapipe offboard --after 3x --from a.csv'))
})

t.test('docs/parts.md names no part that is not there', async t => {
  const named = ['Sources', 'Transforms', 'Sinks'].flatMap(role =>
    tableOf('docs/parts.md', role).flatMap(([parts]) => codeIn(parts!)),
  )
  const there = ['sources', 'transforms', 'sinks'].flatMap(role =>
    readdirSync(join(root, 'src', role))
      .filter(file => file.endsWith('.ts'))
      .map(file => file.replace(/\.ts$/, '')),
  )
  t.strictSame(
    named.filter(part => !there.includes(part)),
    [],
  )
})

t.test('docs/commands.md names every command, and those inside it', async t => {
  const cli = { stdout: process.stdout, stderr: process.stderr } as unknown as Cli
  const program = await commands(new Command('entrapipe'), cli)
  const visible = program.commands.filter(command => !command.name().startsWith('__'))
  t.strictSame(
    tableOf('docs/commands.md').map(cells => cells.flatMap(codeIn)),
    visible
      .map(command => [command.name(), ...command.commands.map(inner => inner.name())])
      .filter(([name]) => name !== 'help'),
  )
})

t.test('docs/presets.md names every preset', async t => {
  const named = tableOf('docs/presets.md').flatMap(([of, names]) => codeIn(names!).map(name => `${of} ${name}`))
  t.strictSame([...named].sort(), presets.map(({ of, name }) => `${of} ${name}`).sort())
})
