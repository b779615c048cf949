import { Argument } from 'commander'
import type { CommandModule } from '../cli.ts'
import { argumentMissing } from '../command-line/argument-missing.ts'
import { examples } from '../command-line/examples.ts'
import { addScheduleOptions, type AddScheduleWish } from '../options/schedule-options.ts'
import { serverOption } from '../options/server-option.ts'
import { whole } from '../options/values.ts'
import type { ServerWish } from '../server/call-server.ts'
import type { ScheduleAction } from '../server/schedules.ts'

const actions: readonly (readonly [ScheduleAction, string, string])[] = [
  [
    'pause',
    'start no more jobs',
    'Starts no jobs until `schedule resume`. Times that pass meanwhile are not made up for.',
  ],
  ['resume', 'start jobs again', 'Starts jobs again, from now on.'],
  ['run', 'start its job now', 'Starts the job of a schedule now. Its times stay as they are.'],
  ['remove', 'remove a schedule', 'Removes a schedule. Jobs that it has started stay.'],
]

const add: CommandModule = (program, cli) => {
  const schedules = program
    .command('schedule')
    .summary('start jobs of a server at set times')
    .description('Starts jobs at set times, once or again and again, while `entrapipe serve` runs.')
  const name = (): Argument => new Argument('<name>', 'name of the schedule')

  const added = schedules
    .command('add')
    .summary('add a schedule')
    .description(
      'Adds a schedule: its name, the pipeline with its parameters as the command of its name has them, and when it starts jobs: one of --at, --cron, --daily, --weekly and --monthly. A time that the clock skips in spring is the next one that exists; one that is repeated in autumn is the first.',
    )
    .argument('[name]', 'name of the schedule')
    .argument('[pipeline]', 'name of the pipeline, such as "export users"')
    .argument('[flags...]', 'when it starts jobs, and parameters of the pipeline')
    .allowUnknownOption()
    .helpOption(false)
    .addHelpText(
      'after',
      examples(
        'schedule add nightly "export users" --tenant sandbox --to users.csv --daily 02:30 --time-zone Europe/Berlin',
      ),
    )
    .action(
      async (
        schedule: string | undefined,
        pipeline: string | undefined,
        flags: readonly string[],
        wish: AddScheduleWish,
      ) => {
        if ([schedule, pipeline].some(word => word === '--help' || word === '-h')) return added.help()
        if (schedule === undefined) throw argumentMissing('name')
        if (pipeline === undefined) throw argumentMissing('pipeline')
        const { addSchedule } = await import('../server/schedules.ts')
        await addSchedule(schedule, pipeline, flags, wish, program, cli)
      },
    )
  addScheduleOptions(added)
  schedules
    .command('list')
    .summary('list schedules')
    .description('Lists schedules with their next times, and with what a person should look at.')
    .addOption(serverOption())
    .addHelpText('after', examples('schedule list'))
    .action(async (wish: ServerWish) => {
      const { listSchedules } = await import('../server/schedules.ts')
      await listSchedules(wish, cli)
    })
  schedules
    .command('show')
    .summary('show a schedule')
    .description('Shows a schedule: when it starts jobs, and its last one.')
    .addArgument(name())
    .addOption(serverOption())
    .addHelpText('after', examples('schedule show nightly'))
    .action(async (schedule: string, wish: ServerWish) => {
      const { showSchedule } = await import('../server/schedules.ts')
      await showSchedule(schedule, wish, cli)
    })
  schedules
    .command('next')
    .summary('list the next times of a schedule')
    .description('Lists the next times of a schedule, in UTC.')
    .addArgument(name())
    .option('--limit <number>', 'how many (5)', whole('--limit', 1, 100))
    .addOption(serverOption())
    .addHelpText('after', examples('schedule next nightly --limit 10'))
    .action(async (schedule: string, wish: ServerWish & { readonly limit?: number }) => {
      const { nextTimes } = await import('../server/schedules.ts')
      await nextTimes(schedule, wish, cli)
    })
  for (const [action, summary, description] of actions)
    schedules
      .command(action)
      .summary(summary)
      .description(description)
      .addArgument(name())
      .addOption(serverOption())
      .addHelpText('after', examples(`schedule ${action} nightly`))
      .action(async (schedule: string, wish: ServerWish) => {
        const { actOnSchedule } = await import('../server/schedules.ts')
        await actOnSchedule(action, schedule, wish, cli)
      })
}

export default add
