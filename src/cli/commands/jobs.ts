import { Argument, Option } from 'commander'
import type { CommandModule } from '../cli.ts'
import { argumentMissing } from '../command-line/argument-missing.ts'
import { examples } from '../command-line/examples.ts'
import { addSubmitOptions, type SubmitWish } from '../options/submit-options.ts'
import { given } from '../../core/given.ts'
import { addUndoWish, type UndoWish } from '../options/change-options.ts'
import { serverOption } from '../options/server-option.ts'
import { list, whole } from '../options/values.ts'
import type { JobAction } from '../server/act-on-job.ts'
import type { ServerWish } from '../server/call-server.ts'
import type { ListWish } from '../server/list-jobs.ts'
import type { ResultsWish } from '../server/job-results.ts'

const actions: readonly (readonly [JobAction, string, string])[] = [
  [
    'cancel',
    'stop a job',
    'Stops a job: nothing more is sent, and requests in flight settle. `jobs resume` continues it.',
  ],
  ['resume', 'continue a job', 'Continues a job that was cancelled or failed, where it stopped.'],
  [
    'approve',
    'approve the plan of a job',
    'Approves the plan of a job that somebody else has submitted. It then starts.',
  ],
  ['reject', 'refuse the plan of a job', 'Refuses the plan of a job, which is then discarded.'],
  [
    'delete',
    'delete a job',
    'Deletes a job that has ended, with its results: it can no longer be undone. The audit stays.',
  ],
]

const add: CommandModule = (program, cli) => {
  const jobs = program
    .command('jobs')
    .summary('submit, watch and manage jobs of a server')
    .description('Submits jobs to the server of `entrapipe serve`, watches them, and gets their results and files.')
  const id = (): Argument => new Argument('<id>', 'id of the job')

  const submit = jobs
    .command('submit')
    .summary('submit a job')
    .description(
      'Submits a job: a pipeline with its parameters, as the command of its name has them. A file of --from is sent to the server, which checks its rows.',
    )
    .argument('[pipeline]', 'name of the pipeline, such as "users create"')
    .argument('[flags...]', 'parameters of the pipeline')
    .allowUnknownOption()
    .helpOption(false)
    .addHelpText(
      'after',
      examples(
        'jobs submit "export users" --tenant sandbox --to users.csv --select id,displayName --wait',
        'jobs submit "members add" --tenant sandbox --from people.csv --group Sales --dry-run',
        'jobs submit "export users" --tenant all --to users.csv --preset portal-users',
      ),
    )
    .action(async (name: string | undefined, flags: readonly string[], wish: SubmitWish) => {
      if (name === '--help' || name === '-h') return submit.help()
      if (name === undefined) throw argumentMissing('pipeline')
      const { submitJob } = await import('../server/submit-job.ts')
      await submitJob(name, flags, wish, program, cli)
    })
  addSubmitOptions(submit)

  jobs
    .command('list')
    .summary('list jobs')
    .description('Lists jobs, the newest first.')
    .option('--tenant <name>', 'only jobs of this tenant')
    .option('--state <states>', 'only jobs in these states, such as running,failed', list('--state'))
    .option('--pipeline <name>', 'only jobs of this pipeline')
    .option('--part-of <id>', 'the jobs of the tenants of a job over several')
    .option('--limit <number>', 'how many (50)', whole('--limit', 1, 1000))
    .addOption(serverOption())
    .addHelpText('after', examples('jobs list', 'jobs list --state running,queued --json'))
    .action(async (wish: ListWish) => {
      const { listJobs } = await import('../server/list-jobs.ts')
      await listJobs(wish, cli)
    })
  jobs
    .command('show')
    .summary('show a job')
    .description(
      'Shows a job: its state, its counts, and why it failed. Of a job over several tenants, also each of them.',
    )
    .addArgument(id())
    .addOption(serverOption())
    .addHelpText('after', examples('jobs show j20261130-225105-74f2bce0'))
    .action(async (job: string, wish: ServerWish) => {
      const { showJob } = await import('../server/list-jobs.ts')
      await showJob(job, wish, cli)
    })
  jobs
    .command('watch')
    .summary('watch a job until it has ended')
    .description('Shows how far a job is until it has ended, and exits as the command of its pipeline would have.')
    .addArgument(id())
    .addOption(serverOption())
    .addHelpText('after', examples('jobs watch j20261130-225105-74f2bce0'))
    .action(async (job: string, wish: ServerWish) => {
      const { watchJob } = await import('../server/watch-job.ts')
      await watchJob(job, wish, cli)
    })
  jobs
    .command('results')
    .summary('write the results of the rows of a job')
    .description('Writes the result of each row of a job, as CSV or JSON lines.')
    .addArgument(id())
    .option('--outcome <outcomes>', 'only rows with these outcomes, such as failed,unknown', list('--outcome'))
    .option('--as-input', 'write only the columns of the input, to be corrected and sent again')
    .option('--to <file>', 'x.csv or x.jsonl; - is stdout, as JSON lines', '-')
    .addOption(serverOption())
    .addHelpText(
      'after',
      examples(
        'jobs results j20261130-225105-74f2bce0 --outcome failed --to failed.csv',
        'jobs results j20261130-225105-74f2bce0 --outcome failed --as-input --to again.csv',
      ),
    )
    .action(async (job: string, wish: ResultsWish) => {
      const { writeJobResults } = await import('../server/job-results.ts')
      await writeJobResults(job, wish, cli)
    })
  jobs
    .command('files')
    .summary('list or get the files of a job')
    .description(
      'Lists the files that a job wrote. With the name of one, writes it to --to, and compares its hash. Of a job over several tenants, writes TENANT-NAME for each.',
    )
    .addArgument(id())
    .argument('[name]', 'name of the file')
    .option('--to <file>', 'file to write; - is stdout (the name of the file, in this folder)')
    .addOption(serverOption())
    .addHelpText(
      'after',
      examples('jobs files j20261130-225105-74f2bce0', 'jobs files j20261130-225105-74f2bce0 users.csv'),
    )
    .action(async (job: string, name: string | undefined, wish: ServerWish & { readonly to?: string }) => {
      const { jobFiles } = await import('../server/job-results.ts')
      await jobFiles(job, name, wish, cli)
    })
  for (const [action, summary, description] of actions)
    jobs
      .command(action)
      .summary(summary)
      .description(description)
      .addArgument(id())
      .addOption(serverOption())
      .addHelpText('after', examples(`jobs ${action} j20261130-225105-74f2bce0`))
      .action(async (job: string, wish: ServerWish) => {
        const { actOnJob } = await import('../server/act-on-job.ts')
        await actOnJob(action, job, wish, cli)
      })
  const undo = jobs
    .command('undo')
    .summary('undo the changes of a job')
    .description(
      'Submits a job that undoes the changes of another one. Of a job over several tenants, those of each that has made any.',
    )
    .addArgument(id())
  addUndoWish(undo)
    .addOption(serverOption())
    .addHelpText(
      'after',
      examples('jobs undo j20261130-225105-74f2bce0', 'jobs undo j20261130-225105-74f2bce0 --max-removals 2000'),
    )
    .action(async (job: string, { server, ...wish }: ServerWish & UndoWish) => {
      const { undoJob } = await import('../server/act-on-job.ts')
      await undoJob(job, wish, given({ server }), cli)
    })
  jobs
    .command('retry')
    .summary('send rows of a job again')
    .description('Submits a job that sends the failed rows of another one again, or decides its unknown ones.')
    .addArgument(id())
    .addOption(
      new Option('--outcome <outcomes>', 'rows with these outcomes: failed, unknown or both (failed)').argParser(
        list('--outcome'),
      ),
    )
    .addOption(serverOption())
    .addHelpText('after', examples('jobs retry j20261130-225105-74f2bce0 --outcome failed,unknown'))
    .action(
      async (job: string, { outcome = ['failed'], ...wish }: ServerWish & { readonly outcome?: readonly string[] }) => {
        const { retryJob } = await import('../server/act-on-job.ts')
        await retryJob(job, outcome, wish, cli)
      },
    )
}

export default add
