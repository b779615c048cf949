import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { addChangeCommand } from './add-change-command.ts'

/** A command that adds and removes links. */
interface LinkCommands {
  /** The word of the command: `members`. */
  readonly name: string
  /** What it adds and removes: `members of groups`. */
  readonly what: string
  readonly descriptions: Readonly<Record<'add' | 'remove', string>>
  /** Examples without the verb: the rest of the line after `members add --tenant sandbox`. */
  readonly examples: readonly string[]
  readonly options: (command: Command) => Command
}

/** Adds a command that adds and removes links, with one subcommand for each. */
export const addLinkCommands = (
  program: Command,
  { name, what, descriptions, examples, options }: LinkCommands,
  cli: Cli,
): void => {
  const links = program
    .command(name)
    .summary(`add and remove ${what}`)
    .description(`Adds and removes ${what}, one for each row of a file or of stdin.`)
  for (const verb of ['add', 'remove'] as const)
    addChangeCommand(
      links,
      {
        name: `${name} ${verb}`,
        summary: `${verb} ${what}`,
        description: descriptions[verb],
        examples: examples.map(rest => `${name} ${verb} --tenant sandbox ${rest}`),
        options,
      },
      cli,
    )
}

/** Adds the option that names a group for all rows. */
export const addGroupOption = (command: Command): Command =>
  command.option('--group <group>', 'the group: id or name; without it, each row has a column group')
