import { Command } from 'commander'
import { given as givenOf } from '../../core/given.ts'
import type { Cli, CommandModule } from '../cli.ts'
import { addChangeOnly, isChangeOption, type ChangeOptions } from '../options/change-options.ts'
import { addForce, addRunOptions, type RunOptions } from '../options/run-options.ts'
import { showOptions } from '../command-line/show-options.ts'
import { addTenantOptions, type TenantOptions } from '../options/tenant-options.ts'

const examples = `
Examples:
  entrapipe run clean-hr-feed --from hr.csv --to clean.csv --rejects rejects.csv
  entrapipe run ./my-pipeline.ts --help`

const add: CommandModule = (program, cli) => {
  const run = program
    .command('run')
    .summary('run a pipeline file')
    .description(
      'Runs a pipeline: a file of your own, or one that comes with entrapipe. Each parameter of the pipeline is a flag.',
    )
    .argument('[pipeline]', 'name or path; leave it out to list the pipelines')
    .argument('[flags...]', 'parameters of the pipeline; `entrapipe run <pipeline> --help` lists them')
    .allowUnknownOption()
    .helpOption(false)
    .addHelpText('after', examples)
    .action(async (name: string | undefined, flags: readonly string[]) => {
      if (name === '--help' || name === '-h') return run.help()
      const [{ loadPipeline }, { pipelineNames }] = await Promise.all([
        import('../../catalogue/load-pipeline.ts'),
        import('../../catalogue/pipeline-file.ts'),
      ])
      if (name === undefined) return listPipelines(await pipelineNames(cli.environment), cli)
      const { expectPipeline } = await import('../pipelines/expect-pipeline.ts')
      expectPipeline(name, run)
      const loaded = await loadPipeline(name, cli.environment)
      const { pipelineCommand } = await import('../pipelines/pipeline-command.ts')
      const own = pipelineCommand('run', name, loaded, program)
      own.action(
        async (
          options: RunOptions &
            ChangeOptions &
            TenantOptions & { readonly force?: boolean; readonly [param: string]: unknown },
        ) => {
          const { tenant, auth, checkpointRows, force, json: _, ...others } = options
          const [params, changing] = [{} as Record<string, unknown>, {} as Record<string, unknown>]
          for (const [option, value] of Object.entries(others)) {
            const isParam = Object.hasOwn(loaded.pipeline.params ?? {}, option) || !isChangeOption(option)
            ;(isParam ? params : changing)[option] = value
          }
          const { runPipeline } = await import('../running/run-pipeline.ts')
          await runPipeline(
            loaded,
            params,
            { tenant, auth },
            { ...(changing as ChangeOptions), ...givenOf({ checkpointRows, force }) },
            cli,
          )
        },
      )
      await own.parseAsync(flags, { from: 'user' })
    })
  showOptions(run, addChangeOnly(addForce(addRunOptions(addTenantOptions(new Command())))))
}

/** Prints the names of the pipelines, with `--json` one object per line. */
const listPipelines = async (names: readonly string[], cli: Cli): Promise<void> => {
  const { printLines } = await import('../command-line/print.ts')
  await printLines(
    cli,
    cli.json()
      ? names.map(pipeline => JSON.stringify({ pipeline }))
      : [`Pipelines: ${names.join(', ')}. Run one: entrapipe run <pipeline>.`],
  )
}

export default add
