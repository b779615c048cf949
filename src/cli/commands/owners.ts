import type { CommandModule } from '../cli.ts'
import { addChangeCommand } from '../changes/add-change-command.ts'

const add: CommandModule = (program, cli) => {
  const owners = program
    .command('owners')
    .summary('add and remove owners of groups')
    .description('Adds owners to groups or removes them, one for each row of a file or of stdin.')
  for (const verb of ['add', 'remove'] as const)
    addChangeCommand(
      owners,
      {
        name: `owners ${verb}`,
        summary: `${verb} owners`,
        description:
          verb === 'add'
            ? 'Adds the object of each row to a group. Up to 20 are added in one request.'
            : 'Removes the object of each row from a group. The object itself stays.',
        examples: [`owners ${verb} --tenant sandbox --group "Sales Team" --from owner-ids.csv`],
        options: command =>
          command.option('--group <group>', 'the group: id or name; without it, each row has a column group'),
      },
      cli,
    )
}
export default add
