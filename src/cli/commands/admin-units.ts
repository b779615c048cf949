import type { CommandModule } from '../cli.ts'
import { addPairCommands } from '../changes/add-pair-commands.ts'

const add: CommandModule = (program, cli) =>
  addPairCommands(
    program,
    {
      name: 'admin-units',
      what: 'members of administrative units',
      descriptions: {
        add: 'Adds the user, group or device of each row to an administrative unit, one in a request. Who may manage it can then be limited to administrators of the unit.',
        remove: 'Removes the object of each row from the members of an administrative unit. The object itself stays.',
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
