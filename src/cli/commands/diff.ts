import { Option } from 'commander'
import { diffKinds } from '../../catalogue/diffs/diff-kinds.ts'
import type { DiffParams } from '../../catalogue/diffs/diff-plan.ts'
import { given } from '../../core/given.ts'
import type { CommandModule } from '../cli.ts'
import { addFormatOptions } from '../options/input.ts'
import { addFileOptions } from '../options/output.ts'
import { addRunOptions, type RunOptions } from '../options/run-options.ts'
import { addTenantOptions, type TenantOptions } from '../options/tenant-options.ts'
import { list } from '../options/values.ts'
import { withExcel } from '../options/with-excel.ts'

const examples = `
Examples:
  entrapipe diff monday.csv tuesday.csv --key id --to changes.csv
  entrapipe diff old.jsonl new.csv --key employeeId --only department,jobTitle,manager
  entrapipe diff feed-1.csv feed-2.csv --key company,personnelNumber --ignore exportedAt --to changes.jsonl
  entrapipe diff users.csv --with users --tenant sandbox --key id --to since-then.csv
  entrapipe export users | entrapipe diff users.csv - --key id | jq -c 'select(.change == "removed")'

Rows:
  change       added, removed or changed; equal rows are only counted
  the key      the columns of --key, by which the rows are sorted
  old, new     JSON lines, JSON: the properties that differ; null for a row that was added or removed
  properties   CSV: names of the properties that differ; then two columns for each property, such as city.old and city.new

With --with, the file is the old input and the directory the new one; only the columns of the file are read. They may have
the captions of the portal's downloads, such as objectId and mobile. If the manifest beside a file says that a limit or a filter
chose its rows, the report says so: what the file lacks looks added.

Columns that only one input has are not compared. If one input is CSV, values are compared as the text of its cells: true
and false, numbers, lists as a;b, and nothing for null. Keys are compared as text, letter by letter.`

const add: CommandModule = (program, cli) => {
  const command = program
    .command('diff')
    .summary('compare two files, or a file and the directory')
    .description(
      'Writes the rows in which two files differ, or a file and the directory: those that were added, removed or changed.',
    )
    .argument(
      '<old>',
      'the older file: x.csv, x.jsonl (or .ndjson) or x.json, each also with .gz or .zst, or x.xlsx; - is stdin',
    )
    .argument('[new]', 'the newer file; - is stdin')
    .requiredOption(
      '--key <columns>',
      'columns whose values together identify a row, separated by commas',
      list('--key'),
    )
    .addOption(
      new Option('--with <kind>', 'compare with these objects of the directory, in place of a second file').choices(
        diffKinds,
      ),
    )
    .option('--only <columns>', 'columns to compare, separated by commas (all that both inputs have)', list('--only'))
    .option('--ignore <columns>', 'columns that are not compared, separated by commas', list('--ignore'))
    .option('--across-tenants', 'compare exports of different tenants')
    .option('--exit-code', 'exit with 8 if there are differences')
  addFormatOptions(command).option(
    '--no-trailer',
    'JSON lines: accept input without a trailer, as unverified, and write none to stdout',
  )
  addFileOptions(command)
  addTenantOptions(command)
  addRunOptions(command)
  command
    .addHelpText('after', examples)
    .action(
      async (
        old: string,
        now: string | undefined,
        options: Omit<DiffParams, 'old' | 'new'> & TenantOptions & RunOptions & { readonly exitCode?: boolean },
      ) => {
        const [{ loadBuiltIn }, { runPipeline }] = await Promise.all([
          import('../../catalogue/load-pipeline.ts'),
          import('../running/run-pipeline.ts'),
        ])
        const { tenant, auth, fresh, quiet, checkpointRows, maxFailed, exitCode = false, ...asked } = options
        const params = await withExcel(asked, cli)
        const run = { ...given({ fresh, quiet, checkpointRows, maxFailed }), brief: params.to === '-' }
        const end = await runPipeline(
          await loadBuiltIn('diff'),
          { old, ...given({ new: now }), ...params },
          { tenant, auth },
          run,
          cli,
        )
        const { added = 0, removed = 0, changed = 0 } = end.manifest?.differences ?? {}
        if (exitCode && added + removed + changed > 0) cli.exit(8)
      },
    )
}
export default add
