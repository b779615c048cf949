import type { CommandModule } from '../cli.ts'
import { addPairCommands } from '../changes/add-pair-commands.ts'

const add: CommandModule = (program, cli) =>
  addPairCommands(
    program,
    {
      name: 'admin-units',
      what: 'members of administrative units',
      descriptions: {
        add: 'Adds the user, group or device in each row to an administrative unit, one per request. Administrators of the unit can then manage it.',
        remove: 'Removes the object in each row from the members of an administrative unit. The object itself stays.',
      },
      examples: ['--unit "AU Germany" --from member-ids.csv'],
      options: command =>
        command.option(
          '--unit <unit>',
          'the administrative unit: id or name; without it, each row has a column administrativeUnit',
        ),
    },
    cli,
  )
export default add
