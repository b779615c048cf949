import type { CommandModule } from '../cli.ts'
import { examples } from '../command-line/examples.ts'

const add: CommandModule = (program, cli) => {
  const store = program
    .command('store')
    .summary('prepare the database of a fleet')
    .description('Prepares the PostgreSQL database of DATABASE_URL for servers and workers that share jobs.')
  store
    .command('migrate')
    .summary('bring its tables to this version')
    .description(
      'Makes the tables of the database, or brings them to the version of this program. Servers and workers of the release before can go on meanwhile. If two processes do so at once, one waits for the other.',
    )
    .addHelpText('after', examples('store migrate', 'store migrate --json'))
    .action(async () => {
      const { migrateStore } = await import('../server/store-schema.ts')
      await migrateStore(cli)
    })
  store
    .command('status')
    .summary('show the versions of its tables')
    .description(
      'Shows the version of each part of the tables, and the one that this program needs. Exits with 2 if this program cannot use them.',
    )
    .addHelpText('after', examples('store status', 'store status --json'))
    .action(async () => {
      const { showStoreStatus } = await import('../server/store-schema.ts')
      await showStoreStatus(cli)
    })
}

export default add
