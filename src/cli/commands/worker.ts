import type { CommandModule } from '../cli.ts'
import { examples } from '../command-line/examples.ts'
import { each, whole } from '../options/values.ts'
import type { WorkerOptions } from '../server/run-worker.ts'

const add: CommandModule = (program, cli) => {
  program
    .command('worker')
    .summary('run jobs of a fleet')
    .description(
      'Runs jobs that servers and workers share in the PostgreSQL database of DATABASE_URL, until you stop it: other workers then continue them. It takes jobs of its own tenants only, and of pipelines that it has in the same version.',
    )
    .requiredOption(
      '--files <place>',
      'what all servers and workers share: a folder, under the same path on each, or an address of Azure Blob Storage or S3',
    )
    .option('--pipelines <folder>', 'folder with pipeline files that jobs may run')
    .option('--concurrency <number>', 'jobs that run at a time (2)', whole('--concurrency', 1, 64))
    .option(
      '--tenant <name>',
      'a tenant of the configuration, or sandbox; can be repeated (all of the configuration)',
      each,
    )
    .addHelpText(
      'after',
      examples('worker --files /mnt/entrapipe --tenant contoso --concurrency 4', 'worker --files s3://jobs/entrapipe/'),
    )
    .action(async (options: WorkerOptions) => {
      const { runWorker } = await import('../server/run-worker.ts')
      await runWorker(options, cli)
    })
}

export default add
