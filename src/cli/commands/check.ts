import { Command } from 'commander'
import type { CommandModule } from '../cli.ts'
import { showOptions } from '../command-line/show-options.ts'
import { addTenantOptions, type TenantOptions } from '../options/tenant-options.ts'

const examples = `
Examples:
  entrapipe check --tenant contoso
  entrapipe check clean-hr-feed --from hr.csv
  entrapipe check "export users" --tenant contoso --preset portal-users --to users.csv
  entrapipe check ./my-pipeline.ts --help`

const add: CommandModule = (program, cli) => {
  const check = addTenantOptions(
    program
      .command('check')
      .summary('check a pipeline or a tenant without reading data')
      .description(
        'Checks a pipeline with its parameters: options, files, columns, filters, sign-in. Without a pipeline, signs in to the tenant and describes it. Reads and writes no rows.',
      )
      .argument('[pipeline]', 'name or path of a pipeline')
      .argument('[flags...]', 'parameters of the pipeline')
      .allowUnknownOption()
      .helpOption(false)
      .addHelpText('after', examples),
  ).action(async (name: string | undefined, flags: readonly string[], wish: TenantOptions) => {
    if (name === '--help' || name === '-h') return check.help()
    if (name === undefined) {
      const { checkTenant } = await import('../tenants/check-tenant.ts')
      return checkTenant([], wish, cli)
    }
    const { expectPipeline } = await import('../pipelines/expect-pipeline.ts')
    expectPipeline(name, check)
    const { loadPipeline } = await import('../../catalogue/load-pipeline.ts')
    const { pipelineCommand } = await import('../pipelines/pipeline-command.ts')
    const { checkLoaded } = await import('../pipelines/check-loaded.ts')
    const loaded = await loadPipeline(name, cli.environment)
    const own = pipelineCommand('check', name, loaded, program)
    own.action(async (options: TenantOptions & { readonly [param: string]: unknown }) => {
      const { tenant, auth, json: _, ...given } = options
      await checkLoaded(loaded, given, { tenant: tenant ?? wish.tenant, auth: auth ?? wish.auth }, cli)
    })
    await own.parseAsync(flags, { from: 'user' })
  })
  showOptions(check, addTenantOptions(new Command()))
}

export default add
