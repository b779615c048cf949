import { resolve } from 'node:path'
import type { CommandModule } from '../cli.ts'
import { examples } from '../command-line/examples.ts'
import { addChangeOptions, changeOptionsOf, isChangeOption, type ChangeOptions } from '../options/change-options.ts'
import { machineTimeZone } from '../../core/time-window.ts'
import { addCredentialOptions } from '../options/credential-options.ts'
import { addFormatOptions } from '../options/input.ts'
import { addTenantOptions, type TenantOptions } from '../options/tenant-options.ts'
import { list, whole } from '../options/values.ts'

const about = `Creates, changes, disables and deletes accounts as an HR feed says. First the feed is compared with the directory, and what is decided about each person is shown and written to reports; then joiners, rehires and movers are changed, then leavers. A feed that is cut off, old, or would change too much is not acted on. See docs/hr-feeds.md.`

const most = (who: string, usual: string): string =>
  `at most so many ${who}: a number, or a share of the accounts in scope such as 5% (${usual})`

const add: CommandModule = (program, cli) => {
  const command = program
    .command('hr-feed')
    .summary('make the accounts of a directory as an HR feed says')
    .description(about)
    .requiredOption(
      '--from <file>',
      'the feed: x.csv, x.jsonl (or .ndjson) or x.json, each also with .gz or .zst, or x.xlsx; also the newest file of sftp://user@host/folder/x-*.csv',
    )
    .requiredOption('--mapping <file>', 'what its columns mean: a file whose default export is made by hrFeed')
  addFormatOptions(command)
    .option('--report <files>', 'write the decisions to x.csv, x.jsonl or x.html, or several', list('--report'))
    .option('--ad-file <file>', 'write what only Active Directory can change to x.csv or x.jsonl')
    .option(
      '--accept <reasons>',
      'act on an unsafe feed: cut-off, older, growing, shorter, column-missing, column-emptied, property, clock, failing',
      list('--accept'),
    )
    .option('--no-joiners', 'create and restore no accounts')
    .option('--no-movers', 'change no accounts of people who stay')
    .option('--no-leavers', 'disable and delete no accounts')
    .option('--max-joiners <most>', most('joiners and rehires', '10 %, at least 20'))
    .option('--max-movers <most>', most('movers', '25 %, at least 20'))
    .option('--max-leavers <most>', most('leavers', '2 %, at least 5'))
    .option('--max-deletions <most>', most('deletions', '2 %, at least 5'))
    .option(
      '--leavers-by-absence <feeds>',
      'a person who is missing from so many feeds in a row is a leaver',
      whole('--leavers-by-absence', 1),
    )
    .option(
      '--delete-after <days>',
      'delete accounts of people whom the feed has had as leavers for so long, such as 30d',
    )
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
        'allow so many people to be taken out of groups by rules (the lower of 500 and 5 % of the members, at least 10); other changes have the limits above'
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
