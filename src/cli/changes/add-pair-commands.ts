import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { list } from '../options/values.ts'
import { addChangeCommand } from './add-change-command.ts'

/** A command with two verbs, of which one takes away what the other gives. */
interface PairCommands {
  /** The word of the command: `members`. */
  readonly name: string
  /** What it gives and takes: `members of groups`. */
  readonly what: string
  /** By verb, the one that gives first. */
  readonly descriptions: Readonly<Record<string, string>>
  /** Examples without the verb: the rest of the line after `members add --tenant sandbox`. */
  readonly examples: readonly string[]
  /** Adds the options of a verb. */
  readonly options: (command: Command, verb: string) => Command
}

/** Adds such a command, with one subcommand for each verb. Returns it. */
export const addPairCommands = (
  program: Command,
  { name, what, descriptions, examples, options }: PairCommands,
  cli: Cli,
): Command => {
  const summary = `${Object.keys(descriptions).join(' and ')} ${what}`
  const pair = program
    .command(name)
    .summary(summary)
    .description(`Makes one change for each row of a file or of stdin: ${summary}.`)
  for (const [verb, description] of Object.entries(descriptions))
    addChangeCommand(
      pair,
      {
        name: `${name} ${verb}`,
        summary: `${verb} ${what}`,
        description,
        examples: examples.map(rest => `${name} ${verb} --tenant sandbox ${rest}`),
        options: command => options(command, verb),
      },
      cli,
    )
  return pair
}

/** Adds the option that names a group for all rows. */
export const addGroupOption = (command: Command): Command =>
  command.option('--group <group>', 'the group: id or name; without it, each row has a column group')

/** Adds the command that makes the links of groups match a file. @param noun of one link: `member`, `owner` */
export const addSync = (links: Command, noun: string, cli: Cli): void =>
  addChangeCommand(
    links,
    {
      name: `${noun}s sync`,
      summary: `make the ${noun}s of groups match a file`,
      description: `Makes the direct ${noun}s of each group in the rows match the file: adds those who are missing, then removes those who are not in the file. If a row of a group fails, nobody is removed from that group. If the directory changed during the export that wrote the file, nobody is removed at all. A file without rows, and the rows of a limited export, are refused.`,
      examples: [
        `${noun}s sync --tenant sandbox --group "Sales Team" --from ${noun}-ids.csv --dry-run`,
        `${noun}s sync --tenant sandbox --from ${noun}s-of-groups.csv --max-removals 50`,
      ],
      options: command =>
        addGroupOption(command)
          .option(
            '--types <types>',
            'types of the objects that are removed, separated by commas (user)',
            list('--types'),
          )
          .option('--add-only', 'only add those who are missing')
          .option('--remove-only', 'only remove those who are not in the file'),
    },
    cli,
  )
