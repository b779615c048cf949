import { Command } from 'commander'
import type { Cli } from '../../../src/cli/cli.ts'
import { commands } from '../../../src/cli/main.ts'

/** The options that a command line gives; no command is begun. */
export const optionsOf = async (argv: readonly string[]): Promise<unknown> => {
  const program = await commands(new Command('entrapipe'), { json: () => false } as unknown as Cli)
  let command: Command = program
  for (const word of argv) command = command.commands.find(one => one.name() === word) ?? command
  let given: unknown
  command.action((...all: unknown[]) => void (given = (all.at(-1) as Command).opts()))
  await program.parseAsync([...argv], { from: 'user' })
  return given
}
