import { Option } from 'commander'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { CommandModule } from '../cli.ts'
import { examples } from '../command-line/examples.ts'
import { addChangeOptions, changeOptionsOf, isChangeOption, type ChangeOptions } from '../options/change-options.ts'
import { addCredentialOptions } from '../options/credential-options.ts'
import { addInputOptions } from '../options/input.ts'
import { addTenantOptions, type TenantOptions } from '../options/tenant-options.ts'
import { list, whole } from '../options/values.ts'

const about = `Turns a list of people into accounts that are ready to use. Creates the user of each row, then assigns its products, adds it to its groups, sets its manager, makes a Temporary Access Pass with --access-pass, and gives its role last. The columns LicenseSKU, Groups, Role, Manager and UsageLocation take precedence over the options; several values of a cell are separated by semicolons. All names are found before anything is sent. A second run completes what is missing. See docs/onboarding.md.`

const add: CommandModule = (program, cli) => {
  const command = program
    .command('onboard')
    .summary('create users with licences, groups, managers, passes and roles')
    .description(about)
  addInputOptions(command)
    .option(
      '--columns <names>',
      'properties of the columns in the file: column=property, separated by commas; column= ignores a column',
      list('--columns'),
    )
    .option('--sku <products>', 'products: part numbers, names or ids, separated by commas', list('--sku'))
    .option('--group <groups>', 'groups: names or ids, separated by commas', list('--group'))
    .option('--role <role>', 'the role: name or template id; needs --reason')
    .addOption(
      new Option(
        '--role-mode <mode>',
        'whether roles are active, or people activate them when they need them (active)',
      ).choices(['active', 'eligible']),
    )
    .option('--role-until <date>', 'when roles end: a day such as 2027-01-31, or a time with its zone (never)')
    .option(
      '--set <properties>',
      'properties of all accounts whose rows do not have them: property=value, separated by commas',
      list('--set'),
    )
    .option('--match <property>', 'property by which people are recognised, whatever they are called: employeeId')
    .addOption(
      new Option(
        '--on-conflict <choice>',
        'for a person whose name somebody else has: skip or fail the row, or add a number to the name (fail)',
      ).choices(['skip', 'suffix', 'fail']),
    )
    .option('--if-not-exists', 'complete what is missing of accounts that exist; nothing of them is overwritten')
    .option(
      '--usage-location <location>',
      'usage location of rows without their own: a code such as DE, column:NAME for a column of the file, or country for the country of the row',
    )
    .option(
      '--access-pass',
      'make a Temporary Access Pass for each new person, and hand that out in place of the password',
    )
    .option('--pass-start <time>', 'when each pass becomes valid, such as 2026-03-01T08:00:00Z (at once)')
    .option('--pass-minutes <minutes>', 'how long each pass is valid (60)', whole('--pass-minutes', 10, 43_200))
  addCredentialOptions(command, 'write the passwords or passes of new people to this new file at the end, once')
  addChangeOptions(addTenantOptions(command))
    .addHelpText(
      'after',
      examples(
        'onboard --from cohort.csv --tenant sandbox --sku SPE_E3 --group "All Company" --usage-location DE --dry-run',
        'onboard --from cohort.csv --tenant sandbox --sku SPE_E3 --match employeeId --on-conflict suffix --credentials new.csv.age --recipient age1…',
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
      const { tenant, auth, reason, ticket, includePrivileged } = options
      const params = Object.fromEntries(
        Object.entries(options).filter(([each]) => !isChangeOption(each) && each !== 'tenant' && each !== 'auth'),
      )
      await runPipeline(
        await loadBuiltIn('onboard'),
        { ...params, ...given({ reason, ticket, includePrivileged }) },
        { tenant, auth },
        changeOptionsOf(options),
        cli,
      )
    })
}
export default add
