import type { OutputOptions } from '../../catalogue/output-sink.ts'
import type { CommandModule } from '../cli.ts'
import type { Fields } from '../../core/json.ts'
import type { Sink, Source, Transform } from '../../core/parts.ts'
import { addOutputOptions } from '../options/output.ts'
import { version } from '../../core/version.ts'

const examples = `
Examples:
  entrapipe export users --select id,displayName,department | entrapipe filter "department eq 'Sales' and startswith(displayName,'A')" --to sales.csv
  entrapipe export users | jq -c 'select(.mail)' | entrapipe filter "jobTitle ne null" --no-trailer

The filter is read as Graph reads it: text without regard to case; eq, ne, gt, ge, lt, le, in, startsWith,
endsWith, contains, and, or, not, any, all, null, true, false.`

interface FilterOptions extends OutputOptions {
  readonly trailer: boolean
  readonly quiet?: boolean
}

const add: CommandModule = (program, cli) => {
  const command = program
    .command('filter')
    .summary('rows on stdin to rows on stdout')
    .description('Lets those rows of stdin (JSON lines) through for which an OData filter holds.')
    .argument('<odata>', 'for example "department eq \'Sales\'"')
    .option(
      '--no-trailer',
      'the rows come from a program that writes no trailer: whether all are there stays unverified',
    )
    .option('--quiet', 'no progress and no report, only errors')
  addOutputOptions(command)
  command.addHelpText('after', examples).action(async (odata: string, options: FilterOptions) => {
    const { trailer, quiet = false, ...output } = options
    const [{ jsonl }, { filter }, { outputSink }, { runPlan }] = await Promise.all([
      import('../../sources/jsonl.ts'),
      import('../../transforms/filter.ts'),
      import('../../catalogue/output-sink.ts'),
      import('../running/run-plan.ts'),
    ])
    const source = jsonl({ from: '-', trailer: trailer ? 'required' : 'none' }) as Source<Fields>
    await runPlan(
      {
        pipeline: 'filter',
        label: 'filter',
        params: { odata, to: output.to },
        plan: {
          source: source as Source<never>,
          transforms: [filter<Fields>(odata)] as readonly Transform<never, unknown>[],
          sink: outputSink(output, {}, cli.stdout) as Sink<never>,
        },
        codeHash: version,
        quiet,
        brief: output.to === '-',
      },
      cli,
    )
  })
}
export default add
