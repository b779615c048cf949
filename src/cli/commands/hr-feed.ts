import { resolve } from 'node:path'
import type { CommandModule } from '../cli.ts'
import { examples } from '../command-line/examples.ts'
import { addChangeOptions, changeOptionsOf, isChangeOption, type ChangeOptions } from '../options/change-options.ts'
import { machineTimeZone } from '../../core/time-window.ts'
import { addCredentialOptions } from '../options/credential-options.ts'
import { addFormatOptions } from '../options/input.ts'
import { addTenantOptions, type TenantOptions } from '../options/tenant-options.ts'
import { list, whole } from '../options/values.ts'

const about = `Creates, changes, disables and deletes accounts by an HR feed. First, compares the feed with the directory, shows what is decided about each person, and writes reports. Then changes joiners, rehires and movers, and leavers last. Does not act on a feed that is truncated, older than the last one, or would change too much. See docs/hr-feeds.md.`

const most = (who: string, usual: string): string =>
  `at most this many ${who}: a number, or a share of the accounts in scope such as 5% (${usual})`

const add: CommandModule = (program, cli) => {
  const command = program
    .command('hr-feed')
    .summary('create, change, disable and delete accounts by an HR feed')
    .description(about)
    .requiredOption(
      '--from <file>',
      'the feed: x.csv, x.jsonl (or .ndjson) or x.json, each also with .gz or .zst, or x.xlsx; also the newest file of sftp://user@host/folder/x-*.csv',
    )
    .requiredOption('--mapping <file>', 'mapping file, which defines what the columns mean (docs/hr-feeds.md)')
  addFormatOptions(command)
    .option(
      '--report <files>',
      'write the decisions to x.csv, x.jsonl or x.html, or to several, separated by commas',
      list('--report'),
    )
    .option('--ad-file <file>', 'write what only Active Directory can change to x.csv or x.jsonl')
    .option(
      '--accept <reasons>',
      'act on an unsafe feed: cut-off, older, growing, shorter, column-missing, column-emptied, property, clock, failing',
      list('--accept'),
    )
    .option('--no-joiners', 'do not create or restore accounts')
    .option('--no-movers', 'do not change the accounts of people who stay')
    .option('--no-leavers', 'do not disable or delete accounts')
    .option('--max-joiners <most>', most('joiners and rehires', '10 %, at least 20'))
    .option('--max-movers <most>', most('movers', '25 %, at least 20'))
    .option('--max-leavers <most>', most('leavers', '2 %, at least 5'))
    .option('--max-deletions <most>', most('deletions', '2 %, at least 5'))
    .option(
      '--leavers-by-absence <feeds>',
      'treat a person who is missing from this many feeds in a row as a leaver',
      whole('--leavers-by-absence', 1),
    )
    .option('--delete-after <days>', 'delete the accounts of people who have been leavers for this long, such as 30d')
    .option('--cloud-joiners', 'create accounts although the directory is synchronized from Active Directory')
  addCredentialOptions(command, 'write the passwords of new accounts to this new file at the end, once')
  addChangeOptions(addTenantOptions(command))
  for (const option of command.options) {
    // Several phases change the directory, and a plan has one.
    if (option.long === '--plan') option.hideHelp()
    // A feed does not come from stdin.
    if (option.long === '--from-format') option.description = 'format of a file whose name does not show it'
    if (option.long === '--max-removals')
      option.description =
        'allow rules to remove this many people from groups (the lower of 500 and 5 % of the members, at least 10); other changes have the limits above'
    if (option.long === '--time-zone')
      option.description =
        'time zone of people whose row has none, and of --window: Europe/Berlin (that of this computer)'
  }
  command
    .addHelpText(
      'after',
      examples(
        'hr-feed --from feed.csv --mapping contoso-hr.ts --tenant sandbox --dry-run --report decisions.html',
        'hr-feed --from feed.csv --mapping contoso-hr.ts --tenant sandbox --yes --credentials new.csv.age --recipient age1…',
      ),
    )
    .action(async (options: ChangeOptions & TenantOptions & { readonly mapping: string }) => {
      const [{ loadBuiltIn }, { runPipeline }] = await Promise.all([
        import('../../catalogue/load-pipeline.ts'),
        import('../running/run-pipeline.ts'),
      ])
      const { timeZone = machineTimeZone(), window } = options
      const { timeZone: _, ...others } = changeOptionsOf(options)
      const changing = window ? { ...others, timeZone } : others
      const { tenant, auth } = options
      const params = Object.fromEntries(
        Object.entries(options).filter(([each]) => !isChangeOption(each) && each !== 'tenant' && each !== 'auth'),
      )
      const mapping = resolve(cli.environment.cwd, options.mapping)
      await runPipeline(await loadBuiltIn('hr-feed'), { ...params, mapping, timeZone }, { tenant, auth }, changing, cli)
    })
}
export default add
