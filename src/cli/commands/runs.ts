import { outcomes } from '../../core/result.ts'
import { Option, type Command } from 'commander'
import type { DueOptions } from '../runs/due-runs.ts'
import type { UndoOptions } from '../runs/undo-run.ts'
import type { OutputOptions } from '../../catalogue/output-sink.ts'
import type { CommandModule } from '../cli.ts'
import type { EncryptionWish } from '../credentials/encryption.ts'
import type { WantedOutcome } from '../../engine/results/read-rows.ts'
import type { ResumeOptions } from '../runs/resume-run.ts'
import { printLines } from '../command-line/print.ts'
import { examples } from '../command-line/examples.ts'
import type { RunStatus } from '../../store/types.ts'
import { addFileOptions } from '../options/output.ts'
import { addContinuing, addDueOptions, addUndoOptions } from '../options/change-options.ts'
import { maxDriftOption } from '../options/run-options.ts'
import { addEncryptionOptions } from '../options/credential-options.ts'
import { addTenantOptions, authOption, type TenantOptions } from '../options/tenant-options.ts'
import { seatsOption } from '../options/seats-option.ts'
import { withExcel } from '../options/with-excel.ts'
import { whole } from '../options/values.ts'
import { counted } from '../report/words.ts'

interface ResultsFlags {
  readonly outcome?: WantedOutcome
  readonly asInput?: boolean
}

interface RetryFlag {
  readonly outcome?: 'failed' | 'unknown'
}

const statuses: readonly RunStatus[] = ['running', 'interrupted', 'failed', 'done', 'short', 'discarded', 'superseded']
const dayMs = 24 * 60 * 60 * 1000

const add: CommandModule = (program, cli) => {
  const runs = program
    .command('runs')
    .summary('list, show, resume, retry, undo, discard and prune runs, and hand out credentials')
    .description(
      'Lists and shows runs and their results, resumes or discards an interrupted run, sends failed changes again, undoes changes, and prunes old runs.',
    )
    .addHelpText('after', examples('runs list', 'runs resume 20261121-09', 'runs prune --older-than 7'))
  runs
    .command('list')
    .summary('list runs, newest first')
    .description('Lists the runs of this user on this machine, newest first, with start, pipeline and status.')
    .addHelpText('after', examples('runs list', 'runs list --status interrupted --json'))
    .addOption(new Option('--status <status>', 'list only runs with this status').choices([...statuses]))
    .option('--limit <runs>', 'list at most this many runs (20)', whole('--limit', 1))
    .action(async (options: { readonly status?: RunStatus; readonly limit?: number }) => {
      const { listRuns } = await import('../runs/list-runs.ts')
      await listRuns(options, cli)
    })
  runs
    .command('show')
    .summary('show a run: options, progress and result')
    .description('Shows one run: its options, its progress, how it ended, and the files it wrote.')
    .addHelpText('after', examples('runs show 20261121-09'))
    .argument('<run>', 'id of the run, or its first characters')
    .action(async (id: string) => {
      const { showRun } = await import('../runs/show-run.ts')
      await showRun(id, cli)
    })
  addFileOptions(
    runs
      .command('results')
      .summary('show what became of each row, and why')
      .description(
        'Writes the result of each row, with key, code, reason and fix: as a table on a terminal, otherwise as JSON lines. Rows that were only exported or filtered have none. Rows of a run that changes a directory have the columns of its input, without secrets.',
      )
      .addHelpText(
        'after',
        examples(
          'runs results 20261121-09 --outcome failed --to failed.csv',
          'runs results 20261121-09 --outcome failed --as-input --to again.csv',
        ),
      )
      .argument('<run>', 'id of the run, or its first characters')
      .addOption(
        new Option('--outcome <outcome>', 'write only rows with this outcome').choices([...outcomes, 'pending']),
      )
      .option('--as-input', 'write only the columns of the input, to be corrected and sent again'),
  ).action(async (id: string, options: OutputOptions & ResultsFlags) => {
    const { to, outcome, asInput, ...layout } = options
    const isShown =
      to === '-' && !asInput && Object.keys(layout).length === 0 && cli.stdout.isTTY === true && !cli.json()
    if (isShown) {
      const { showResults } = await import('../runs/show-results.ts')
      return showResults(await cli.store(), id, outcome, cli)
    }
    const { writeResults } = await import('../runs/write-results.ts')
    const output = await withExcel({ to, ...layout }, cli)
    const rows = await writeResults(await cli.store(), id, { outcome, asInput }, output, cli)
    if (to !== '-') cli.say(`Wrote ${to}: ${counted(rows, 'row')}.`)
  })
  addEncryptionOptions(
    runs
      .command('credentials')
      .summary('write the passwords and passes that a run generated to a file, once')
      .description(
        'Writes the passwords and passes that a run generated to a new file with the columns Name, Email/UPN and Initial Password, and destroys them in the store. By default, the file and its encryption are those of the run.',
      )
      .addHelpText('after', examples('runs credentials 20261121-09 --to passwords.csv.age --recipient age1…'))
      .argument('<run>', 'id of the run, or its first characters')
      .option('--to <file>', 'new file, which only its owner can read'),
  ).action(async (id: string, options: EncryptionWish & { readonly to?: string }) => {
    const { handOutRun } = await import('../credentials/hand-out-run.ts')
    await handOutRun(id, options, cli)
  })
  const continuing = (verb: string, summary: string, description: string, ...more: readonly string[]): Command =>
    addContinuing(
      runs
        .command(verb)
        .summary(summary)
        .description(description)
        .addHelpText('after', examples(`runs ${verb} 20261121-09`, `runs ${verb} 20261121-09 --dry-run`, ...more))
        .argument('<run>', 'id of the run, or its first characters')
        .addOption(authOption()),
    )
  const resume = async (id: string, options: ResumeOptions): Promise<void> => {
    const { resumeRun } = await import('../runs/resume-run.ts')
    await resumeRun(id, options, cli)
  }
  continuing(
    'resume',
    'resume an interrupted run',
    'Resumes a run from its last checkpoint: rows before it are not read again. A run that changes a directory continues with the rows that are pending.',
  )
    .option('--force', 'resume an unfinished run although the pipeline has changed')
    .addOption(maxDriftOption())
    .action(resume)
  continuing(
    'retry',
    'send failed changes again, or decide unknown ones',
    'Sends the failed rows of a run that changes a directory again, and decides its unknown rows again. Rows that are still pending are sent, too.',
    'runs retry 20261121-09 --outcome unknown',
  )
    .addOption(new Option('--outcome <outcome>', 'only rows with this outcome').choices(['failed', 'unknown']))
    .action((id: string, { outcome, ...options }: ResumeOptions & RetryFlag) =>
      resume(id, { ...options, retry: outcome === undefined ? ['failed', 'unknown'] : [outcome] }),
    )
  const undo = runs
    .command('undo')
    .summary('undo the changes of a run')
    .description(
      'Undoes what a run changed, last change first, in a new run. A row whose object was changed since is refused.',
    )
    .addHelpText('after', examples('runs undo 20261121-09 --dry-run'))
    .argument('<run>', 'id of the run, or its first characters')
    .option('--phases <names>', 'phases of the run to undo, the last one first (all)')
    .addOption(seatsOption())
    // Known from the run. The command that starts an undo over is printed with it.
    .addOption(new Option('--feeds <names>', 'the HR feed whose changes they are').hideHelp())
    .addOption(new Option('--onboarded', 'people were onboarded: what they were given is forgotten').hideHelp())
  addUndoOptions(addTenantOptions(undo)).action(async (id: string, options: UndoOptions & TenantOptions) => {
    const { undoRun } = await import('../runs/undo-run.ts')
    await undoRun(id, options, cli)
  })
  const due = runs
    .command('due')
    .summary('make the changes whose time has come')
    .description(
      'Makes the changes that runs left for a later time (`licenses remove --after`, `offboard`) and that are due now, if they still hold. Those of each run are made by a new run. What has changed since is skipped, with the reason.',
    )
    .addHelpText('after', examples('runs due --dry-run', 'runs due --tenant contoso --yes'))
  addDueOptions(addTenantOptions(due)).action(async (options: DueOptions) => {
    const { dueRuns } = await import('../runs/due-runs.ts')
    await dueRuns(options, cli)
  })
  runs
    .command('discard')
    .summary('remove an unfinished run and its partial file')
    .description(
      'Removes an unfinished run and its partial file. It cannot be resumed afterwards. What it changed in a directory stays, and can be undone. Rows of a run that wait for a later time are cancelled.',
    )
    .addHelpText('after', examples('runs discard 20261121-09'))
    .argument('<run>', 'id of the run, or its first characters')
    .action(async (id: string) => {
      const { discardRun, discardedLines, publicDiscarded } = await import('../runs/discard-run.ts')
      const discarded = await discardRun(id, cli)
      if (cli.json()) await printLines(cli, [JSON.stringify(publicDiscarded(discarded))])
      else discardedLines(discarded).forEach(cli.say)
    })
  runs
    .command('prune')
    .summary('remove the records of old runs')
    .description('Removes the records of runs that ended long ago. Exported files and unfinished runs are kept.')
    .addHelpText('after', examples('runs prune --older-than 7'))
    .option('--older-than <days>', 'remove runs that ended more than this many days ago (30)', whole('--older-than', 0))
    .action(async (options: { readonly olderThan?: number }) => {
      const store = await cli.store()
      const { pruned, unfinished } = await store.prune(
        options.olderThan === undefined ? undefined : options.olderThan * dayMs,
      )
      const stay = unfinished.map(({ id }) => id)
      if (cli.json()) await printLines(cli, [JSON.stringify({ pruned, unfinished: stay })])
      else {
        cli.say(`Removed the records of ${counted(pruned.length, 'run')}.`)
        if (stay.length > 0)
          cli.say(
            `${counted(stay.length, 'unfinished run')} of the same age ${stay.length === 1 ? 'stays' : 'stay'}: resume or discard ${stay.join(', ')}.`,
          )
      }
    })
  runs
    .command('forget')
    .summary('remove what an HR feed, a delta or a pipeline remembers beyond its runs')
    .description(
      'Lists the files in which HR feeds, deltas and pipelines keep what their next run must know, including personal data, and what refusals of licences taught (learned-rules). `runs prune` keeps these files. With a name and --yes, removes the file of this name. The next run of the feed or the delta then counts as its first; `licenses rules` shows what was learned.',
    )
    .addHelpText('after', examples('runs forget', 'runs forget hr-staff --yes'))
    .argument('[name]', 'name of the file, as it is listed')
    .option('--tenant-id <id>', 'only the files of the tenant with this id')
    .option('--yes', 'remove the file')
    .action(async (name: string | undefined, options: { readonly tenantId?: string; readonly yes?: boolean }) => {
      const { forget } = await import('../runs/forget.ts')
      await forget(name, options, cli)
    })
}

export default add
