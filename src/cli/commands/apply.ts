import type { CommandModule } from '../cli.ts'
import { examples } from '../command-line/examples.ts'
import { addApplyOptions, changeOptionsOf, type ChangeOptions } from '../options/change-options.ts'
import { addTenantOptions, type TenantOptions } from '../options/tenant-options.ts'

const add: CommandModule = (program, cli) => {
  const command = program
    .command('apply')
    .summary('make the changes of a plan')
    .description(
      'Makes exactly the changes of a plan that --plan wrote. A row whose object was changed since is refused.',
    )
    .argument('<plan>', 'file that --plan wrote')
  addApplyOptions(addTenantOptions(command))
  command
    .addHelpText('after', examples('apply plan.jsonl --tenant sandbox'))
    .action(async (plan: string, options: ChangeOptions & TenantOptions) => {
      const [{ loadBuiltIn }, { runPipeline }] = await Promise.all([
        import('../../catalogue/load-pipeline.ts'),
        import('../running/run-pipeline.ts'),
      ])
      const { tenant, auth } = options
      await runPipeline(await loadBuiltIn('apply'), { plan }, { tenant, auth }, changeOptionsOf(options), cli)
    })
}
export default add
