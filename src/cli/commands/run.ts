import { Command } from 'commander'
import type { Cli, CommandModule } from '../cli.ts'
import type { Json } from '../../core/json.ts'
import { connect } from '../connect.ts'
import { addParamOptions } from '../param-options.ts'
import { loadPipeline, pipelineNames, type LoadedPipeline } from '../pipeline-file.ts'
import { readParams } from '../../engine/params.ts'
import { ready, type Plan } from '../../engine/plan.ts'
import { runPlan } from '../run-plan.ts'
import { addRunOptions, type RunOptions } from '../run-options.ts'
import { addTenantOptions, type TenantOptions } from '../tenant-options.ts'

const examples = `
Examples:
  entrapipe run export-users --tenant sandbox --to users.csv
  entrapipe run clean-hr-feed --from hr.csv --to clean.csv --rejects rejects.csv
  entrapipe run ./my-pipeline.ts --help`

/** A plan of a pipeline file, and the client it needs, if it needs one. */
export const planOf = async (
  { pipeline }: LoadedPipeline,
  given: { readonly [name: string]: unknown },
): Promise<{ readonly plan: Plan; readonly params: Json }> => {
  const params = readParams(pipeline.params ?? {}, given)
  return { plan: await pipeline.make(params as never), params: JSON.parse(JSON.stringify(params)) as Json }
}

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
      if (name === undefined || name === '--help' || name === '-h') {
        if (name !== undefined) return command.help()
        return cli.say(
          `Pipelines: ${(await pipelineNames(cli.environment)).join(', ')}. Run one: entrapipe run <pipeline>.`,
        )
      }
      const loaded = await loadPipeline(name, cli.environment)
      const own = new Command(`entrapipe run ${name}`)
        .description(loaded.pipeline.summary)
        .copyInheritedSettings(program)
      addParamOptions(own, loaded.pipeline.params ?? {})
      addTenantOptions(own)
      addRunOptions(own)
      own.option('--force', 'go on with an unfinished run although the pipeline was changed')
      own.option('--json', 'results and errors as JSON, for machines')
      own.action(
        async (
          options: RunOptions & TenantOptions & { readonly force?: boolean; readonly [param: string]: unknown },
        ) => {
          const { tenant, auth, fresh, quiet, checkpointRows, force, json: _, ...given } = options
          await runLoaded(loaded, given, { tenant, auth }, { fresh, quiet, checkpointRows, force }, cli)
        },
      )
      await own.parseAsync(flags, { from: 'user' })
    })
}

/** Runs a pipeline that is loaded, with the parameters given. */
export const runLoaded = async (
  loaded: LoadedPipeline,
  given: { readonly [name: string]: unknown },
  wish: { readonly tenant: string | undefined; readonly auth: TenantOptions['auth'] | undefined },
  options: {
    readonly fresh?: boolean | undefined
    readonly quiet?: boolean | undefined
    readonly force?: boolean | undefined
    readonly resume?: string | undefined
    readonly checkpointRows?: number | undefined
  },
  cli: Cli,
): Promise<void> => {
  const { plan, params } = await planOf(loaded, given)
  const graph = ready(plan).usesGraph ? await connect(wish, cli) : undefined
  await runPlan(
    {
      pipeline: loaded.name,
      label: loaded.name,
      params,
      plan: options.checkpointRows === undefined ? plan : { ...plan, rowsPerCut: options.checkpointRows },
      graph,
      codeHash: loaded.codeHash,
      fresh: options.fresh,
      force: options.force,
      resume: options.resume,
      quiet: options.quiet,
    },
    cli,
  )
}
export default add
