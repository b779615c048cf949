import type { Command } from 'commander'
import { article } from '../../core/article.ts'
import type { Cli } from '../cli.ts'
import { addChangeCommand } from './add-change-command.ts'

/** Adds a command that adds and removes links of groups. @param noun of one link: `member`, `owner` */
export const addLinkCommands = (program: Command, noun: string, cli: Cli): void => {
  const links = program
    .command(`${noun}s`)
    .summary(`add and remove ${noun}s of groups`)
    .description(`Adds ${noun}s to groups or removes them, one for each row of a file or of stdin.`)
  for (const verb of ['add', 'remove'] as const)
    addChangeCommand(
      links,
      {
        name: `${noun}s ${verb}`,
        summary: `${verb} ${noun}s`,
        description:
          verb === 'add'
            ? `Adds the object of each row to a group as ${article(noun)}. Up to 20 are added in one request.`
            : `Removes the object of each row from the ${noun}s of a group. The object itself stays.`,
        examples: [`${noun}s ${verb} --tenant sandbox --group "Sales Team" --from ${noun}-ids.csv`],
        options: command =>
          command.option('--group <group>', 'the group: id or name; without it, each row has a column group'),
      },
      cli,
    )
}
