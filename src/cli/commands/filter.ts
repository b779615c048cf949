import { Option } from 'commander'
import type { FilterParams } from '../../catalogue/filters/filter-plan.ts'
import { given } from '../../core/given.ts'
import type { CommandModule } from '../cli.ts'
import { addOutputOptions } from '../options/output.ts'
import { addRunOptions, type RunOptions } from '../options/run-options.ts'
import { withExcel } from '../options/with-excel.ts'
import { whole } from '../options/values.ts'

const examples = `
Examples:
  entrapipe export users --select id,displayName,department | entrapipe filter "department eq 'Sales' and startswith(displayName,'A')" --to sales.csv
  entrapipe filter "[Employee ID] eq '4711' or Hired ge 2026-01-01" --from feed.csv --to new.csv
  entrapipe export users | jq -c 'select(.mail)' | entrapipe filter "jobTitle ne null" --no-trailer

The filter is an OData $filter, read as Graph reads it: text without regard to case; eq, ne, gt, ge, lt, le, in,
startsWith, endsWith, contains, and, or, not, any, all, null, true, false.

Columns:
  mail                      a column
  [Employee ID]  [2024]     a column whose name has blanks, signs or a digit first; a ] in it is written ]]
  employeeOrgData/division  the column of that name, else division in the column employeeOrgData
  nickname?                 a column that rows may lack; without the ? the command fails when no row has it

Text counts as the number, date or boolean it says: 42, 2026-01-31, 2026-01-31T09:00:00+0100, true, yes, 1. Rows whose
value cannot be compared are counted, and their number is told.`

const add: CommandModule = (program, cli) => {
  const command = program
    .command('filter')
    .summary('the rows for which a condition holds')
    .description('Keeps the rows of stdin (JSON lines), or of a file, for which an OData filter holds.')
    .argument('<odata>', 'for example "department eq \'Sales\'"')
    .option('--from <file>', 'x.csv, x.jsonl or x.json, each also with .gz or .zst; - is stdin', '-')
    .addOption(
      new Option('--from-format <format>', 'of stdin (jsonl), or of a file whose name does not say it').choices([
        'csv',
        'jsonl',
        'json',
      ]),
    )
    .option('--from-delimiter <text>', 'CSV that is read: between two cells')
    .option('--from-encoding <name>', 'CSV that is read: its encoding, for example windows-1252')
    .addOption(
      new Option('--from-header-line <line>', 'CSV that is read: the line that names the columns').argParser(
        whole('--from-header-line', 1),
      ),
    )
    .option(
      '--no-trailer',
      'the rows come from a program that writes no trailer: whether all are there stays unverified',
    )
  addOutputOptions(command)
  addRunOptions(command)
  command
    .addHelpText('after', examples)
    .action(async (odata: string, options: Omit<FilterParams, 'odata'> & RunOptions) => {
      const [{ loadBuiltIn }, { runPipeline }] = await Promise.all([
        import('../../catalogue/load-pipeline.ts'),
        import('../running/run-pipeline.ts'),
      ])
      const { fresh, quiet, checkpointRows, maxFailed, ...asked } = options
      const params = await withExcel(asked, cli)
      const brief = params.to === '-'
      const wish = { tenant: undefined, auth: undefined }
      const run = { ...given({ fresh, quiet, checkpointRows, maxFailed }), brief }
      await runPipeline(await loadBuiltIn('filter'), { odata, ...params }, wish, run, cli)
    })
}
export default add
