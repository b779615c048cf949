import type { Command } from 'commander'
import type { CommandModule } from '../cli.ts'
import { addRunOptions, type RunOptions } from '../run-options.ts'
import type { TenantOptions } from '../tenant-options.ts'

const examples = `
Examples:
  entrapipe run export-users --tenant sandbox --to users.csv
  entrapipe run clean-hr-feed --from hr.csv --to clean.csv --rejects rejects.csv
  entrapipe run ./my-pipeline.ts --help`

const add: CommandModule = (program, cli) => {
  program
    .command('run')
    .summary('a pipeline file')
    .description('Runs a pipeline: a file of your own, or one that comes with entrapipe. Its parameters are its flags.')
    .argument('[pipeline]', 'name or path; without it, the names there are')
    .argument('[flags...]', 'the parameters of the pipeline; `entrapipe run <pipeline> --help` lists them')
    .allowUnknownOption()
    .helpOption(false)
    .addHelpText('after', examples)
    .action(async (name: string | undefined, flags: readonly string[], _options: unknown, command: Command) => {
      if (name === '--help' || name === '-h') return command.help()
      const { loadPipeline, pipelineNames } = await import('../pipeline-file.ts')
      if (name === undefined)
        return cli.say(
          `Pipelines: ${(await pipelineNames(cli.environment)).join(', ')}. Run one: entrapipe run <pipeline>.`,
        )
      const loaded = await loadPipeline(name, cli.environment)
      const { pipelineCommand } = await import('../pipeline-command.ts')
      const own = addRunOptions(pipelineCommand('run', name, loaded, program))
      own.option('--force', 'go on with an unfinished run although the pipeline was changed')
      own.action(
        async (
          options: RunOptions & TenantOptions & { readonly force?: boolean; readonly [param: string]: unknown },
        ) => {
          const { tenant, auth, fresh, quiet, checkpointRows, force, json: _, ...given } = options
          const { runLoaded } = await import('../run-loaded.ts')
          await runLoaded(loaded, given, { tenant, auth }, { fresh, quiet, checkpointRows, force }, cli)
        },
      )
      await own.parseAsync(flags, { from: 'user' })
    })
}

export default add
