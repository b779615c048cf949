import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { addChangeCommand } from './add-change-command.ts'

/** A verb of a command that changes objects. */
interface Verb {
  readonly verb: string
  readonly summary: string
  readonly description: string
  /** The example without the command's words. */
  readonly example: string
}

/** Adds a command that changes objects, with one subcommand for each verb. @param noun of one object: `user`, `group` */
export const addObjectCommands = (program: Command, noun: string, verbs: readonly Verb[], cli: Cli): void => {
  const names = verbs.map(({ verb }) => verb)
  const objects = program
    .command(`${noun}s`)
    .summary(`${names.slice(0, -1).join(', ')} and ${names.at(-1)} ${noun}s`)
    .description(`Changes ${noun}s, one for each row of a file or of stdin.`)
  for (const { verb, example, ...words } of verbs)
    addChangeCommand(
      objects,
      {
        ...words,
        name: `${noun}s ${verb}`,
        examples: [`${noun}s ${verb} --tenant sandbox ${example}`],
        // What is new has no name in the directory yet, and takes nothing away.
        ...(verb === 'create' && { without: ['--key', '--max-removals', '--irreversible'] }),
        ...(verb === 'update' && {
          options: (command: Command) =>
            command.option('--nulls <text>', 'text of a cell that clears its property; an empty cell leaves it'),
        }),
      },
      cli,
    )
}
