import type { Command } from 'commander'
import type { CommandModule } from '../cli.ts'
import { addObjectCommands } from '../changes/add-object-commands.ts'
import { addCredentialOptions } from '../options/credential-options.ts'
import { time, whole } from '../options/values.ts'
import { addFindUsers } from '../users/add-find-users.ts'

const verbs = [
  {
    verb: 'create',
    summary: 'create users',
    description:
      'Creates a user for each row, from the portal’s template or any file with columns such as displayName and userPrincipalName. With --credentials, a row without an initial password gets one, which is written to that file at the end.',
    example: '--from new.csv --dry-run',
    options: (command: Command) =>
      addCredentialOptions(
        command,
        'generate passwords for rows that have none, and write them to this new file at the end, once',
      ),
  },
  {
    verb: 'invite',
    summary: 'invite guests',
    description:
      'Invites the person in each row, from the portal’s template or any file with a column of mail addresses. No mail is sent unless --send-mail or the row asks for it. Guests who were invited before are not invited again.',
    example: '--from partners.csv --redirect-url https://myapplications.microsoft.com --dry-run',
    options: (command: Command) =>
      command
        .option('--redirect-url <url>', 'page that people see after they accept; a value in the row takes precedence')
        .option('--send-mail', 'send invitation mails, except to rows that say no')
        .option('--message <text>', 'text of the mails; a value in the row takes precedence'),
  },
  {
    verb: 'update',
    summary: 'change properties of users',
    description: 'Changes the properties in the columns of each row. An empty cell leaves the property unchanged.',
    example: '--from changes.csv --nulls NULL',
  },
  {
    verb: 'delete',
    summary: 'delete users',
    description: 'Deletes the user in each row. Deleted users can be restored for 30 days.',
    example: '--from leavers.csv --dry-run',
  },
  {
    verb: 'restore',
    summary: 'restore deleted users',
    description:
      'Restores the deleted user in each row, by object id. If another object has taken its name, give a new one in the column newUserPrincipalName. If its addresses are taken, true in autoReconcileProxyConflict leaves them out.',
    example: '--from deleted.csv',
  },
  {
    verb: 'purge',
    summary: 'delete users permanently from the recycle bin',
    description: 'Purges the deleted user in each row, by object id. This cannot be undone.',
    example: '--from deleted.csv --irreversible',
  },
  {
    verb: 'enable',
    summary: 'allow users to sign in',
    description: 'Enables the user in each row.',
    example: '--from back.csv',
  },
  {
    verb: 'disable',
    summary: 'block users from signing in',
    description: 'Disables the user in each row. Its data, licences and memberships stay.',
    example: '--from leavers.csv',
  },
  {
    verb: 'revoke-sessions',
    summary: 'end the sessions of users',
    description:
      'Revokes the sessions of the user in each row: apps ask for a new sign-in once their access tokens have expired, usually within an hour. This cannot be undone. The directory does not show that it was done, so a second run with the same rows requires --fresh.',
    example: '--from compromised.csv',
  },
  {
    verb: 'reset-password',
    summary: 'set new passwords of users',
    description:
      'Sets the password of the user in each row: that in the column password, or with --credentials a generated one. It must be changed at the next sign-in. The old password cannot be restored. The directory does not show passwords, so a second run with the same rows requires --fresh.',
    example: '--from forgotten.csv --credentials passwords.csv.age --recipient age1…',
    options: (command: Command) =>
      addCredentialOptions(
        command.option('--no-change-at-sign-in', 'let users keep the new password'),
        'generate passwords for rows that have none, and write them to this new file at the end, once',
      ),
  },
  {
    verb: 'access-pass',
    summary: 'create Temporary Access Passes',
    description:
      'Creates a Temporary Access Pass for the user in each row. The passes are written to the file of --credentials at the end, once. A user who has a valid pass keeps it, and the row fails.',
    example: '--from new-people.csv --once --credentials passes.csv.age --recipient age1…',
    options: (command: Command) =>
      addCredentialOptions(
        command
          .option(
            '--lifetime <minutes>',
            'how long each pass is valid (as the policy of the tenant says)',
            whole('--lifetime', 10, 43_200),
          )
          .option('--once', 'each pass can be used only once')
          .option(
            '--start <time>',
            'when each pass becomes valid, such as 2026-03-01T08:00:00Z (at once)',
            time('--start'),
          ),
        'write the passes to this new file at the end, once',
      ),
  },
  {
    verb: 'delete-access-pass',
    summary: 'delete Temporary Access Passes',
    description: 'Deletes the Temporary Access Pass of the user in each row. This cannot be undone.',
    example: '--from people.csv',
  },
  {
    verb: 'set-manager',
    summary: 'set the managers of users',
    description:
      'Makes the person in the column manager the manager of the user in each row, in place of the earlier one. A column managerEmployeeId names managers by employeeId; --key employeeId names the user.',
    example: '--from managers.csv',
  },
  {
    verb: 'clear-manager',
    summary: 'remove the managers of users',
    description: 'Removes the manager of the user in each row.',
    example: '--from people.csv',
  },
]

const add: CommandModule = (program, cli) => {
  const users = addObjectCommands(program, 'user', verbs, cli)
  users.summary(`find, ${users.summary()}`).description(`Finds users. ${users.description()}`)
  addFindUsers(users, cli)
}
export default add
