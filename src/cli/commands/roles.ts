import type { CommandModule } from '../cli.ts'
import { addPairCommands } from '../changes/add-pair-commands.ts'

const add: CommandModule = (program, cli) =>
  addPairCommands(
    program,
    {
      name: 'roles',
      what: 'directory roles',
      descriptions: {
        assign:
          'Assigns a directory role to the user, role-assignable group or service principal in each row. Privileged roles need --include-privileged.',
        unassign:
          'Removes a directory role from the principal in each row. Privileged roles need --include-privileged; the last Global Administrator and the identity that signed in keep theirs.',
      },
      examples: [
        '--role "Helpdesk Administrator" --from people.csv --dry-run',
        '--eligible --unit "AU Germany" --from assignments.csv',
      ],
      options(command, verb) {
        command
          .option('--role <role>', 'the role: name or template id; without it, each row has a column role')
          .option(
            '--unit <unit>',
            'the administrative unit in which the role is given: id or name; without it, the column administrativeUnit, or the whole directory',
          )
          .option('--eligible', 'eligible assignments, which people activate when they need them')
        if (verb !== 'assign') return command
        return command
          .option(
            '--until <date>',
            'when eligible assignments end: a day, which means its start in UTC, or a time such as 2027-01-31T18:00:00Z; a value in the row takes precedence (no end)',
          )
          .option('--justification <text>', 'why eligible assignments are made; a value in the row takes precedence')
      },
    },
    cli,
  )
export default add
