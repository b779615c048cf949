import type { Command } from 'commander'
import { given } from '../../core/given.ts'
import { commandOf, objectKinds, type ObjectKind } from '../../core/object-kinds.ts'
import type { Cli } from '../cli.ts'
import { addChangeCommand } from './add-change-command.ts'

/** A verb of a command that changes objects. */
interface Verb {
  readonly verb: string
  readonly summary: string
  readonly description: string
  /** The example without the command's words. */
  readonly example: string
  /** Adds options of its own. */
  readonly options?: (command: Command) => Command
}

const isNew = (verb: string): boolean => verb === 'create' || verb === 'invite'

/** Adds a command that changes objects of a kind, with one subcommand for each verb, and returns it. */
export const addObjectCommands = (program: Command, kind: ObjectKind, verbs: readonly Verb[], cli: Cli): Command => {
  const { noun, word } = objectKinds[kind]
  const command = commandOf(noun)
  const names = verbs.map(({ verb }) => verb)
  const objects = program
    .command(command)
    .summary(`${names.slice(0, -1).join(', ')} and ${names.at(-1)} ${word}s`)
    .description(`Changes ${word}s, one for each row of a file or of stdin.`)
  for (const { verb, example, options, ...words } of verbs)
    addChangeCommand(
      objects,
      {
        ...words,
        name: `${command} ${verb}`,
        examples: [`${command} ${verb} --tenant sandbox ${example}`],
        ...(isNew(verb) && {
          without: {
            options: ['--key', '--max-removals', '--irreversible'],
            why: 'since what is new has no name in the directory yet, and nothing is taken away',
          },
        }),
        ...given({ options }),
        ...(verb === 'update' && {
          options: (own: Command) =>
            own.option(
              '--nulls <text>',
              'text of a cell that clears its property; an empty cell leaves the property unchanged',
            ),
        }),
      },
      cli,
    )
  return objects
}
