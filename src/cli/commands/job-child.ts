import type { CommandModule } from '../cli.ts'

/** Runs a job for `serve` or a worker, which sends it through stdin. The argument chooses the limits of V8: see the launcher. */
const add: CommandModule = (program, cli) => {
  program
    .command('__job-child', { hidden: true })
    .argument('<limits>')
    .action(async () => {
      const { runJob } = await import('../jobs/run-job.ts')
      await runJob(cli)
    })
}

export default add
