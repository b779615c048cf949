import { Command } from 'commander'
import t from 'tap'
import type { Cli } from '../../../src/cli/cli.ts'
import { commands } from '../../../src/cli/main.ts'

const parse = async (...argv: readonly string[]): Promise<unknown> => {
  const program = await commands(new Command('entrapipe'), { json: () => false } as unknown as Cli)
  let command: Command = program
  for (const word of argv) command = command.commands.find(one => one.name() === word) ?? command
  let given: unknown
  command.action((...all: unknown[]) => void (given = (all.at(-1) as Command).opts()))
  await program.parseAsync([...argv], { from: 'user' })
  return given
}
const reset = ['users', 'reset-password', '--from', 'in.csv'] as const

t.test('another option of the command is no value of an option, also with a value of its own', async t => {
  for (const [option, other, written] of [
    ['--recipient', '--tenant', '--tenant'],
    ['--recipient', '--yes', '--yes'],
    ['--max-failed', '--limit', '--limit=5'],
  ] as const)
    await t.rejects(
      parse(...reset, option, written),
      {
        code: 'USAGE',
        message: `${option} has no value: ${written} after it is another option.`,
        fix: `Write the value after ${option}.`,
        facts: {},
      },
      other,
    )
})

t.test('a value that only looks like an option is kept', async t => {
  t.match(await parse(...reset, '--columns', '--name=displayName', '--passphrase-env', '-x'), {
    columns: ['--name=displayName'],
    passphraseEnv: '-x',
  })
})
