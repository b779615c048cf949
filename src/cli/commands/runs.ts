import { Option } from 'commander'
import type { CommandModule } from '../cli.ts'
import { examples } from '../examples.ts'
import type { RunStatus } from '../../store/types.ts'
import { addOutputOptions, type OutputOptions } from '../output.ts'
import { whole } from '../values.ts'
import { count } from '../words.ts'

const statuses: readonly RunStatus[] = ['running', 'interrupted', 'failed', 'done', 'short', 'discarded']
const dayMs = 24 * 60 * 60 * 1000

const add: CommandModule = (program, cli) => {
  const runs = program
    .command('runs')
    .summary('what was run, and how it ended')
    .description('Lists runs, shows one, goes on with one that was cut off, or removes what it left.')
    .addHelpText('after', examples('runs list', 'runs resume 20261121-09', 'runs prune --older-than 7'))
  runs
    .command('list')
    .summary('the runs of this user on this machine, newest first')
    .addHelpText('after', examples('runs list', 'runs list --status interrupted --json'))
    .addOption(new Option('--status <status>', 'only these').choices([...statuses]))
    .option('--limit <runs>', 'how many (20)', whole('--limit', 1))
    .action(async (options: { readonly status?: RunStatus; readonly limit?: number }) => {
      const { listLine } = await import('../runs/run-lines.ts')
      const found = (await cli.store()).list({
        limit: options.limit ?? 20,
        ...(options.status ? { status: [options.status] } : {}),
      })
      if (cli.json()) for (const info of found) cli.stdout.write(`${JSON.stringify(info)}\n`)
      else if (found.length === 0)
        cli.say('There are no runs yet. Begin with: entrapipe export users --tenant sandbox --to users.csv')
      else for (const info of found) cli.stdout.write(`${listLine(info)}\n`)
    })
  runs
    .command('show')
    .summary('one run: what it was, how far it is, how it ended')
    .addHelpText('after', examples('runs show 20261121-09'))
    .argument('<run>', 'its id, or the beginning of it')
    .action(async (id: string) => {
      const { showLines } = await import('../runs/run-lines.ts')
      const store = await cli.store()
      const info = store.get(id)
      const more = store.read(info.id, run => ({ checkpoint: run.loadCheckpoint(), results: run.countResults() }))
      if (cli.json()) cli.stdout.write(`${JSON.stringify({ ...info, ...more })}\n`)
      else for (const line of showLines(info, more)) cli.stdout.write(`${line}\n`)
    })
  addOutputOptions(
    runs
      .command('results')
      .summary('what became of rows that were not simply written')
      .addHelpText('after', examples('runs results 20261121-09 --outcome failed --to failed.csv'))
      .argument('<run>', 'its id, or the beginning of it')
      .addOption(
        new Option('--outcome <outcome>', 'only these').choices(['done', 'unchanged', 'skipped', 'failed', 'unknown']),
      ),
  ).action(async (id: string, options: OutputOptions & { readonly outcome?: 'failed' }) => {
    const [{ writeResults }, { outputSink }] = await Promise.all([
      import('../runs/write-results.ts'),
      import('../output-sink.ts'),
    ])
    await writeResults(await cli.store(), id, options.outcome, outputSink(options, {}, cli.stdout), cli)
  })
  runs
    .command('resume')
    .summary('goes on with a run that was cut off')
    .addHelpText('after', examples('runs resume 20261121-09'))
    .argument('<run>', 'its id, or the beginning of it')
    .option('--force', 'also when the pipeline has changed since')
    .option('--quiet', 'no progress and no report, only errors')
    .action(async (id: string, options: { readonly force?: boolean; readonly quiet?: boolean }) => {
      const { resumeRun } = await import('../runs/resume-run.ts')
      await resumeRun(id, options, cli)
    })
  runs
    .command('discard')
    .summary('removes an unfinished run and the partial file that it left')
    .addHelpText('after', examples('runs discard 20261121-09'))
    .argument('<run>', 'its id, or the beginning of it')
    .action(async (id: string) => {
      const { discardRun } = await import('../runs/discard-run.ts')
      const removed = await discardRun(id, cli)
      cli.say(`Discarded run ${removed.run}${removed.files.length > 0 ? ` and ${removed.files.join(', ')}` : ''}.`)
    })
  runs
    .command('prune')
    .summary('removes the records of runs that ended long ago')
    .addHelpText('after', examples('runs prune --older-than 7'))
    .option('--older-than <days>', 'days since they ended (30)', whole('--older-than', 0))
    .action(async (options: { readonly olderThan?: number }) => {
      const store = await cli.store()
      const removed = store.prune(options.olderThan === undefined ? undefined : options.olderThan * dayMs)
      cli.say(`Removed the records of ${count(removed.pruned.length)} ${removed.pruned.length === 1 ? 'run' : 'runs'}.`)
    })
}

export default add
