import type { Command } from 'commander'
import type { CommandModule } from '../cli.ts'
import { addObjectCommands } from '../changes/add-object-commands.ts'
import { addCredentialOptions } from '../options/credential-options.ts'
import { time, whole } from '../options/values.ts'

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
      'Invites the person of each row, from the portal’s template or any file with a column of mail addresses. No mail is sent unless --send-mail or the row asks for it. Guests who were invited before are not invited again.',
    example: '--from partners.csv --redirect-url https://myapplications.microsoft.com --dry-run',
    options: (command: Command) =>
      command
        .option('--redirect-url <url>', 'where people come after they accept; that of a row counts first')
        .option('--send-mail', 'send mails of invitation, except to rows that say no')
        .option('--message <text>', 'text of the mails; that of a row counts first'),
  },
  {
    verb: 'update',
    summary: 'change properties of users',
    description: 'Changes the properties in the columns of each row. An empty cell leaves its property.',
    example: '--from changes.csv --nulls NULL',
  },
  {
    verb: 'delete',
    summary: 'delete users',
    description: 'Deletes the user of each row. Deleted users can be restored for 30 days.',
    example: '--from leavers.csv --dry-run',
  },
  {
    verb: 'restore',
    summary: 'restore deleted users',
    description:
      'Restores the deleted user of each row, by object id. If others have taken its name or its addresses, a column newUserPrincipalName has another name, and true in autoReconcileProxyConflict leaves the addresses out.',
    example: '--from deleted.csv',
  },
  {
    verb: 'purge',
    summary: 'delete users from the bin for good',
    description: 'Purges the deleted user of each row, by object id. This cannot be undone.',
    example: '--from deleted.csv --irreversible',
  },
  {
    verb: 'enable',
    summary: 'let users sign in',
    description: 'Enables the user of each row.',
    example: '--from back.csv',
  },
  {
    verb: 'disable',
    summary: 'keep users from signing in',
    description: 'Disables the user of each row. Its data, licences and memberships stay.',
    example: '--from leavers.csv',
  },
  {
    verb: 'revoke-sessions',
    summary: 'end the sessions of users',
    description:
      'Revokes the sessions of the user of each row: apps ask for a new sign-in once their access tokens have expired, usually within an hour. This cannot be undone. The directory does not show that it was done, so a second run with the same rows requires --fresh.',
    example: '--from compromised.csv',
  },
  {
    verb: 'reset-password',
    summary: 'give users another password',
    description:
      'Gives the user of each row the password in its column, or with --credentials one that is generated. It must be changed at the next sign-in. The old password is lost, and nothing brings it back. The directory does not show passwords, so a second run with the same rows requires --fresh.',
    example: '--from forgotten.csv --credentials passwords.csv.age --recipient age1…',
    options: (command: Command) =>
      addCredentialOptions(
        command.option('--no-change-at-sign-in', 'let users keep the new password'),
        'generate passwords for rows that have none, and write them to this new file at the end, once',
      ),
  },
  {
    verb: 'access-pass',
    summary: 'make Temporary Access Passes',
    description:
      'Makes a Temporary Access Pass for the user of each row. The passes are written to the file of --credentials at the end, once. A user who has a valid pass keeps it, and the row fails.',
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
    description: 'Deletes the Temporary Access Pass of the user of each row. This cannot be undone.',
    example: '--from people.csv',
  },
  {
    verb: 'set-manager',
    summary: 'set the managers of users',
    description:
      'Makes the person in the column manager the manager of the user of each row, in place of the earlier one. A column managerEmployeeId names managers by employeeId; --key employeeId is about the user.',
    example: '--from managers.csv',
  },
  {
    verb: 'clear-manager',
    summary: 'leave users without a manager',
    description: 'Takes the manager of the user of each row away.',
    example: '--from people.csv',
  },
]

const add: CommandModule = (program, cli) => addObjectCommands(program, 'user', verbs, cli)
export default add
