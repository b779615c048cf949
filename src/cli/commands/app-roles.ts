import type { CommandModule } from '../cli.ts'
import { addPairCommands } from '../changes/add-pair-commands.ts'

const add: CommandModule = (program, cli) =>
  addPairCommands(
    program,
    {
      name: 'app-roles',
      what: 'app roles',
      descriptions: {
        assign: 'Assigns an app role of an application to the user, group or service principal in each row.',
        unassign: 'Removes an app role of an application from the user, group or service principal in each row.',
      },
      examples: ['--resource "Travel Portal" --role Reader --from people.csv', '--from assignments.csv --dry-run'],
      options: command =>
        command
          .option(
            '--resource <resource>',
            'the service principal that has the role: id, appId or name; without it, each row has a column resource',
          )
          .option('--role <role>', 'the app role: value, name or id; without it, the column role, or the default role'),
    },
    cli,
  )
export default add
