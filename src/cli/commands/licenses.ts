import { type Command, Option } from 'commander'
import type { CommandModule } from '../cli.ts'
import { examples } from '../command-line/examples.ts'
import { addChangeCommand } from '../changes/add-change-command.ts'
import { addLicenseLedger } from '../licenses/add-license-ledger.ts'
import { addGroupLicenses } from '../licenses/add-group-licenses.ts'
import { addLicenseReport } from '../licenses/add-license-report.ts'
import { addSelectionOptions } from '../options/selection-options.ts'
import { seatsOption } from '../options/seats-option.ts'
import { later, list } from '../options/values.ts'

const sku = '--sku <products>'
const skuAbout =
  'products: part numbers, names or ids, separated by commas, for rows without their own (column LicenseSKU)'

const preserveOption = (): Option =>
  new Option(
    '--preserve-mailbox',
    'skip what would take the last plan of a user that gives a mailbox, over all products and groups',
  )

const locationOption = (more = ''): Option =>
  new Option(
    '--usage-location <location>',
    `${more}usage location for users without one: a code such as DE, column:NAME for a column of the file, or country for that of the user`,
  )

/** Adds the options of a preview. */
const addPreviewOptions = (command: Command): Command =>
  command
    .addOption(
      ofImpact(
        'impactReport',
        new Option(
          '--report <files>',
          'write the preview to x.html or x.json, or what would happen to each user to x.csv, x.jsonl or x.xlsx, separated by commas',
        ).argParser(list('--report')),
      ),
    )
    .addOption(
      ofImpact(
        'impactPrices',
        new Option('--prices <file>', 'monthly prices for the preview: CSV with the columns sku, price and currency'),
      ),
    )

/** Pipelines have parameters of these names, such as `report` of an HR feed, which are not about the preview. */
const ofImpact = (name: 'impactReport' | 'impactPrices', option: Option): Option => {
  option.attributeName = () => name
  return option
}

const add: CommandModule = (program, cli) => {
  const licenses = program
    .command('licenses')
    .summary('report, assign, modify, transfer and remove licences of users, with a ledger')
    .description(
      'Reports licences, and changes those of users, one product of a user for each row of a file or of stdin.',
    )
  addChangeCommand(
    licenses,
    {
      name: 'licenses assign',
      summary: 'assign products to users',
      description:
        'Assigns products to the user in each row, whole or without some of their service plans. Products of one user go in one request. A user who has a product keeps the plans that are on, unless the row or the command names plans. A user who has it through a group is unchanged.',
      examples: [
        'licenses assign --tenant sandbox --from people.csv --sku SPE_E3 --dry-run',
        'licenses assign --tenant sandbox --from licences.csv --sku "Microsoft 365 E3" --disable-plans SWAY,YAMMER_ENTERPRISE',
      ],
      selects: addSelectionOptions,
      options: command =>
        addPreviewOptions(command)
          .option(sku, skuAbout, list('--sku'))
          .addOption(locationOption())
          .option(
            '--only-plans <plans>',
            'service plans that are on, all others off: names or ids, separated by commas',
            list('--only-plans'),
          )
          .option(
            '--disable-plans <plans>',
            'service plans that are off, all others on: names or ids, separated by commas, or none; the column DisabledPlans takes precedence',
            list('--disable-plans'),
          )
          .addOption(seatsOption()),
    },
    cli,
  )
  addChangeCommand(
    licenses,
    {
      name: 'licenses modify',
      summary: 'turn service plans of users on and off, or add a product',
      description:
        'Turns service plans on and off in products that the users have directly. All other plans stay as they are. What only groups give is skipped. With --add, users who have a product of --sku, directly or by a group, get another one beside it, and the plans are those of that one.',
      examples: [
        'licenses modify --tenant sandbox --has SPE_E3 --sku SPE_E3 --disable-plans SWAY --dry-run',
        'licenses modify --tenant sandbox --has SPE_E3 --sku SPE_E3 --add POWER_BI_PRO --dry-run',
      ],
      selects: addSelectionOptions,
      options: command =>
        addPreviewOptions(command)
          .option(sku, skuAbout, list('--sku'))
          .option(
            '--enable-plans <plans>',
            'service plans to turn on: names or ids, separated by commas',
            list('--enable-plans'),
          )
          .option(
            '--disable-plans <plans>',
            'service plans to turn off: names or ids, separated by commas',
            list('--disable-plans'),
          )
          .option('--add <product>', 'the product that users get beside those of --sku: part number, name or id')
          .addOption(locationOption('with --add: '))
          .addOption(seatsOption())
          .addOption(preserveOption()),
    },
    cli,
  )
  addChangeCommand(
    licenses,
    {
      name: 'licenses transfer',
      summary: 'replace products of users by another one',
      description:
        'Replaces the products of --sku by that of --to, in one request for each user, so that each user has one of them at any time. Services that were off in every old product stay off in the new one.',
      examples: ['licenses transfer --tenant sandbox --has SPE_E3 --sku SPE_E3 --to SPE_E5 --dry-run'],
      selects: addSelectionOptions,
      options: command =>
        addPreviewOptions(command)
          .option(sku, 'products that are replaced: part numbers, names or ids, separated by commas', list('--sku'))
          .option('--to <product>', 'the product that replaces them: part number, name or id')
          .addOption(
            new Option('--new-plans <choice>', 'whether plans that are new to a user are on (on)').choices([
              'on',
              'off',
            ]),
          )
          .addOption(seatsOption())
          .addOption(preserveOption()),
    },
    cli,
  )
  addChangeCommand(
    licenses,
    {
      name: 'licenses remove',
      summary: 'remove products from users',
      description:
        'Removes products that the user in each row has directly. A product that a user has only through groups stays, and its row is skipped.',
      examples: [
        'licenses remove --tenant sandbox --from people.csv --sku POWER_BI_PRO --dry-run',
        'licenses remove --tenant sandbox --from leavers.csv --all --dry-run',
        'licenses remove --tenant sandbox --has SPE_E3 --sku SPE_E3 --after 30d --dry-run',
      ],
      selects: addSelectionOptions,
      options: command =>
        addPreviewOptions(command)
          .option(sku, skuAbout, list('--sku'))
          .option('--all', 'all products that the users have; those that only groups give are skipped')
          .addOption(preserveOption())
          .addOption(
            new Option(
              '--keep <what>',
              'with --preserve-mailbox: instead of skipping, keep the product with only the plan of the mailbox; the seat stays in use',
            ).choices(['exchange']),
          )
          .option(
            '--after <time>',
            'remove them later, if nothing has changed by then: 30d, 12h, a date, or a date and time; `runs due` then removes them',
            later('--after', () => cli.clock.now()),
          ),
    },
    cli,
  )
  addLicenseReport(licenses, cli)
  addLicenseLedger(licenses, cli)
  licenses
    .command('rules')
    .summary('show which rules about service plans refusals taught')
    .description(
      'Lists the rules about service plans that refusals of a tenant taught: plans that exclude each other, or need another one. Rows are judged by them before they are sent. `runs forget learned-rules` forgets them.',
    )
    .addHelpText('after', examples('licenses rules --tenant sandbox'))
    .option('--tenant <name>', 'tenant: its name in the configuration, its id, or sandbox')
    .action(async (options: { readonly tenant?: string }) => {
      const { listRules } = await import('../licenses/list-rules.ts')
      await listRules(options, cli)
    })
  addGroupLicenses(licenses, cli)
}
export default add
