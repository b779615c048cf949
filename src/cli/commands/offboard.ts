import { EntrapipeError } from '../../core/errors.ts'
import type { CommandModule } from '../cli.ts'
import { examples } from '../command-line/examples.ts'
import { addChangeOptions, changeOptionsOf, isChangeOption, type ChangeOptions } from '../options/change-options.ts'
import { addInputOptions } from '../options/input.ts'
import { addTenantOptions, type TenantOptions } from '../options/tenant-options.ts'
import { later, list } from '../options/values.ts'

const about = `Offboards the people of a list, for each in this order: blocks the sign-in, revokes sessions, takes roles, groups and licences, and deletes the account later. What cannot be taken is listed with the reason. Nothing else is done about a person whose sign-in cannot be blocked. A second run completes what is missing. The undo gives everything back but sessions. See docs/offboarding.md.`

const add: CommandModule = (program, cli) => {
  const now = (): number => cli.clock.now()
  const command = program
    .command('offboard')
    .summary('block people who leave, and take their roles, groups and licences')
    .description(about)
  addInputOptions(command)
    .option('--key <property>', 'property that names the user of a row (id, else userPrincipalName)')
    .option(
      '--columns <names>',
      'properties of the columns in the file: column=property, separated by commas; column= ignores a column',
      list('--columns'),
    )
    .option('--remove-roles', 'also take their directory roles, active and eligible')
    .option('--remove-groups', 'also remove them from their groups, as members and owners')
    .option('--remove-licenses', 'also remove the products that they have directly')
    .option(
      '--after <time>',
      'with --remove-licenses: remove them later: 30d, 12h, a date, or a date and time; `runs due` then removes them',
      later('--after', now),
    )
    .option(
      '--delete-after <time>',
      'delete their accounts later, if they are still disabled: 60d, a date, or a date and time; `runs due` then deletes them',
      later('--delete-after', now),
    )
  addChangeOptions(addTenantOptions(command))
    .addHelpText(
      'after',
      examples(
        'offboard --from leavers.csv --tenant sandbox --remove-groups --remove-roles --remove-licenses --dry-run',
        'offboard --from leavers.csv --tenant sandbox --remove-groups --remove-licenses --after 30d --delete-after 60d',
      ),
    )
    .action(async (options: ChangeOptions & TenantOptions) => {
      const [{ loadBuiltIn }, { runPipeline }] = await Promise.all([
        import('../../catalogue/load-pipeline.ts'),
        import('../running/run-pipeline.ts'),
      ])
      if (command.getOptionValueSource('from') === 'default' && cli.stdin.isTTY === true)
        throw new EntrapipeError('USAGE', 'The rows are missing: --from was not given, and stdin is a terminal.', {
          fix: 'Name a file with --from, or pipe rows into the command.',
        })
      const { tenant, auth } = options
      const params = Object.fromEntries(
        Object.entries(options).filter(([each]) => !isChangeOption(each) && each !== 'tenant' && each !== 'auth'),
      )
      await runPipeline(await loadBuiltIn('offboard'), params, { tenant, auth }, changeOptionsOf(options), cli)
    })
}
export default add
