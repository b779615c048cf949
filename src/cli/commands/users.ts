import type { CommandModule } from '../cli.ts'
import { addChangeCommand } from '../changes/add-change-command.ts'

const add: CommandModule = (program, cli) => {
  const users = program
    .command('users')
    .summary('create, update, delete, restore, purge, enable and disable users')
    .description('Changes users, one for each row of a file or of stdin.')
  const command = (verb: string, summary: string, description: string, example: string): void =>
    addChangeCommand(users, { name: `users ${verb}`, summary, description, examples: [example] }, cli)
  command(
    'create',
    'create users',
    'Creates a user for each row, from the portal’s template or any file with columns such as displayName and userPrincipalName.',
    'users create --tenant sandbox --from new.csv --dry-run',
  )
  addChangeCommand(
    users,
    {
      name: 'users update',
      summary: 'change properties of users',
      description: 'Changes the properties in the columns of each row. An empty cell leaves its property.',
      examples: ['users update --tenant sandbox --from changes.csv --nulls NULL'],
      options: each => each.option('--nulls <text>', 'text of a cell that clears its property'),
    },
    cli,
  )
  command(
    'delete',
    'delete users',
    'Deletes the user of each row. Deleted users can be restored for 30 days.',
    'users delete --tenant sandbox --from leavers.csv --dry-run',
  )
  command(
    'restore',
    'restore deleted users',
    'Restores the deleted user of each row, by object id.',
    'users restore --tenant sandbox --from deleted.csv',
  )
  command(
    'purge',
    'delete users from the bin for good',
    'Purges the deleted user of each row, by object id. This cannot be undone.',
    'users purge --tenant sandbox --from deleted.csv --irreversible',
  )
  command(
    'enable',
    'let users sign in',
    'Enables the user of each row.',
    'users enable --tenant sandbox --from back.csv',
  )
  command(
    'disable',
    'keep users from signing in',
    'Disables the user of each row. Its data, licences and memberships stay.',
    'users disable --tenant sandbox --from leavers.csv',
  )
}
export default add
