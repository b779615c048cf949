import type { Command } from 'commander'
import type { Cli } from '../cli.ts'
import { examples } from '../command-line/examples.ts'
import { addTenantOptions } from '../options/tenant-options.ts'
import { whole } from '../options/values.ts'
import type { FindOptions } from './find-users.ts'

/** Adds `users find`. */
export const addFindUsers = (users: Command, cli: Cli): void => {
  const command = users
    .command('find')
    .summary('find users by the beginning of a name or an address')
    .description(
      'Lists users of whom a word of the display name, a name, the user principal name or the mail address begins with the text, or whose id it is. At a terminal, asks which of them are meant, and writes their ids to stdout, as rows that other commands read with --from -. Without a terminal, writes all that it found, as JSON lines. If nobody matches, there are no rows, and the status is 0. Changes nothing.',
    )
    .argument('<text>', 'beginning of a name or of an address, or an id')
    .option('--limit <users>', 'most users to list', whole('--limit', 1, 998), 50)
  addTenantOptions(command)
    .addHelpText(
      'after',
      examples(
        'users find ann --tenant sandbox',
        'users find ann --tenant sandbox --json',
        'users find "ann lee" --tenant sandbox | entrapipe users disable --tenant sandbox --from - --dry-run',
      ),
    )
    .action(async (text: string, options: FindOptions) => {
      const { findUsers } = await import('./find-users.ts')
      await findUsers(text, options, cli)
    })
}
