import { Option, type Command } from 'commander'
import type { OutputOptions } from '../../catalogue/output-sink.ts'
import { given } from '../../core/given.ts'
import type { Cli } from '../cli.ts'
import { examples } from '../command-line/examples.ts'
import { addChangeOptions, isChangeOption, type ChangeOptions } from '../options/change-options.ts'
import { addFileOptions } from '../options/output.ts'
import { addRunOptions, type RunOptions } from '../options/run-options.ts'
import { addTenantOptions, type TenantOptions } from '../options/tenant-options.ts'
import { list } from '../options/values.ts'
import { withExcel } from '../options/with-excel.ts'

const waitAbout = 'wait until Graph has processed the members, at most so long: 30m, 24h, 2d (24h)'

interface GroupCommand {
  readonly verb: string
  readonly summary: string
  readonly description: string
  readonly examples: readonly string[]
  readonly more?: string
  readonly options: (command: Command) => Command
  /** Whether it has --wait, which is then about the members and not about a window. */
  readonly waits?: true
}

const skuOption = (command: Command, of = ''): Command =>
  command.option('--sku <products>', `products: part numbers, names or ids, separated by commas${of}`, list('--sku'))

const commands: readonly GroupCommand[] = [
  {
    verb: 'assign',
    summary: 'assign products to a group, whose members get them',
    description:
      'Assigns products to a group, whole or without some of their service plans. Graph then gives them to the users who are direct members, but not to members of nested groups. --wait watches that, and reports members with errors. A group that has a product keeps the plans that are on, unless the command names plans.',
    examples: [
      'licenses group assign --tenant sandbox --group "LIC-M365-E3" --sku POWER_BI_PRO --dry-run',
      'licenses group assign --tenant sandbox --group "LIC-M365-E3" --sku SPE_E3 --disable-plans SWAY --wait',
    ],
    options: command =>
      skuOption(command)
        .option('--only-plans <plans>', 'service plans that are on, all others off: names or ids', list('--only-plans'))
        .option(
          '--disable-plans <plans>',
          'service plans that are off, all others on: names or ids, or none',
          list('--disable-plans'),
        ),
    waits: true,
  },
  {
    verb: 'remove',
    summary: 'remove products from a group, whose members lose them',
    description:
      'Removes products from a group. Its members lose what nothing else gives them, so each of them counts as a removal.',
    examples: ['licenses group remove --tenant sandbox --group "LIC-M365-F3" --sku SPE_F1 --dry-run'],
    options: command => skuOption(command),
    waits: true,
  },
  {
    verb: 'reprocess',
    summary: 'process members with licence errors again',
    description:
      'Processes the licences of members with errors again, after their cause was corrected. Members whose errors remain are failed rows.',
    examples: ['licenses group reprocess --tenant sandbox --group "LIC-M365-E3" --dry-run'],
    options: command =>
      skuOption(command, '; only members with errors of these (all of the group)').option(
        '--id <users>',
        'only these users: ids, user principal names or mail addresses, separated by commas (members with errors)',
        list('--id'),
      ),
    waits: true,
  },
  {
    verb: 'migrate',
    summary: 'replace direct licences of members by those of their group, or the other way round',
    description:
      'With --to group, removes the direct licence of each member whose licence by the group is active and has all of its plans on; others are skipped, with the plans that they would lose. With --to direct, gives each member what the group gives, directly, and then removes it from the group; if a member fails, the group keeps it. Nobody loses a plan at any time, and no second seat is used.',
    examples: [
      'licenses group migrate --tenant sandbox --group "LIC-M365-E3" --sku SPE_E3 --to group --dry-run',
      'licenses group migrate --tenant sandbox --group "LIC-M365-E3" --sku SPE_E3 --to direct --dry-run',
    ],
    options: command =>
      skuOption(command)
        .addOption(
          new Option('--to <what>', 'what the members have in the end')
            .choices(['group', 'direct'])
            .makeOptionMandatory(),
        )
        .option(
          '--usage-location <location>',
          'with --to direct: usage location for members without one, a code such as DE, or country for that of the user',
        ),
  },
]

const statusMore = `
Examples:
  entrapipe licenses group status --tenant sandbox --group "LIC-M365-E3"
  entrapipe licenses group status --tenant sandbox --group "LIC-M365-E3" --sku SPE_E3 --to errors.csv

Rows of a file, by the column row:
  member   a user with an error of a product: error, what it means, and what to do
  product  a product of the group: its members, and how many are active, pending and in error
  productNotAssigned  one that --sku names and the group does not assign

Without --to, a table goes to stdout; with --json, the rows as a JSON array.`

/** Adds `licenses group`. */
export const addGroupLicenses = (licenses: Command, cli: Cli): void => {
  const group = licenses
    .command('group')
    .summary('licences of groups: assign, remove, status, reprocess, migrate')
    .description('Changes and watches what groups give their members (group-based licensing).')
  for (const one of commands) addGroupCommand(group, one, cli)
  addStatus(group, cli)
}

const addGroup = (command: Command): Command =>
  command.requiredOption('--group <group>', 'the group: id, name or mail address')

const addGroupCommand = (group: Command, { verb, waits, ...of }: GroupCommand, cli: Cli): void => {
  const command = addGroup(group.command(verb).summary(of.summary).description(of.description))
  of.options(command)
  if (waits) command.option('--wait [time]', waitAbout)
  addChangeOptions(addTenantOptions(command), waits ? { wait: true } : {})
  command
    .addHelpText('after', examples(...of.examples))
    .action(async (options: ChangeOptions & TenantOptions & Readonly<Record<string, unknown>>) => {
      const [{ loadBuiltIn }, { runPipeline }] = await Promise.all([
        import('../../catalogue/load-pipeline.ts'),
        import('../running/run-pipeline.ts'),
      ])
      const { tenant, auth, ...others } = options
      const isOwn = (name: string): boolean => !isChangeOption(name) || (waits === true && name === 'wait')
      const pick = (wanted: boolean) =>
        Object.fromEntries(Object.entries(others).filter(([name]) => isOwn(name) === wanted))
      const name = `licenses group ${verb}`
      await runPipeline(await loadBuiltIn(name), pick(true), { tenant, auth } as TenantOptions, pick(false), cli)
    })
}

const addStatus = (group: Command, cli: Cli): void => {
  const command = addGroup(
    group
      .command('status')
      .summary('show how far the licences of a group are processed, and members with errors')
      .description(
        'Reports the products of a group: how many of its members have them, are not processed yet, or are in error, and why. Changes nothing.',
      ),
  )
  skuOption(command, ' (all of the group)').option(
    '--no-trailer',
    'JSON lines on stdout: omit the trailer, a last line that says how complete the rows are',
  )
  addFileOptions(command)
  addTenantOptions(command)
  addRunOptions(command)
  command
    .addHelpText('after', statusMore)
    .action(async (options: TenantOptions & RunOptions & { readonly to: string }) => {
      const [{ loadBuiltIn }, { runPipeline }] = await Promise.all([
        import('../../catalogue/load-pipeline.ts'),
        import('../running/run-pipeline.ts'),
      ])
      const { tenant, auth, fresh, quiet, checkpointRows, maxFailed, ...asked } = options
      const params = await withExcel(asked as unknown as OutputOptions, cli)
      const isJson = cli.json() && params.to === '-' && params.format === undefined
      await runPipeline(
        await loadBuiltIn('licenses group status'),
        { ...params, ...(isJson && { format: 'json' }) },
        { tenant, auth } as TenantOptions,
        given({ fresh, quiet, checkpointRows, maxFailed }),
        cli,
      )
    })
}
