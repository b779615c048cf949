import type { FilterParams } from '../../catalogue/filters/filter-plan.ts'
import { given } from '../../core/given.ts'
import type { CommandModule } from '../cli.ts'
import { addInputOptions } from '../options/input.ts'
import { addOutputOptions } from '../options/output.ts'
import { addRunOptions, type RunOptions } from '../options/run-options.ts'
import { withExcel } from '../options/with-excel.ts'
import { list } from '../options/values.ts'

const examples = `
Examples:
  entrapipe export users --select id,displayName,department | entrapipe filter "department eq 'Sales' and startswith(displayName,'A')" --to sales.csv
  entrapipe filter "[Employee ID] eq '4711' or Hired ge 2026-01-01" --from feed.csv --to new.csv
  entrapipe export users | jq -c 'select(.mail)' | entrapipe filter "jobTitle ne null" --no-trailer
  entrapipe filter "accountEnabled eq true" --from mixed.jsonl --columns id,mail,department? --to some.csv

The filter is an OData $filter with the rules of Graph: text is compared case-insensitively; eq, ne, gt, ge, lt, le, in,
startsWith, endsWith, contains, and, or, not, any, all, null, true, false.

Columns:
  mail                      a column
  [Employee ID]  [2024]     a column whose name has spaces or punctuation, or starts with a digit; write ] as ]]
  [Active?]                 a column whose name ends in a question mark
  employeeOrgData/division  the column of that name, otherwise division in the column employeeOrgData
  nickname?                 an optional column; without the ?, the command fails if no row has it

Text is compared as the number, date or boolean that it contains: 42, 2026-01-31, 2026-01-31T09:00:00+0100, true,
yes, 1. Rows whose value cannot be compared are counted and reported.`

const add: CommandModule = (program, cli) => {
  const command = program
    .command('filter')
    .summary('keep the rows that match a condition')
    .description('Reads rows from stdin (JSON lines) or from a file, and writes those that match an OData filter.')
    .argument('<odata>', 'OData filter, such as "department eq \'Sales\'"')
  addInputOptions(command)
    .option(
      '--columns <names>',
      'columns to write, in this order, separated by commas; required for a CSV if rows have different columns',
      list('--columns'),
    )
    .option('--no-trailer', 'JSON lines: accept input without a trailer, as unverified, and write none to stdout')
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
