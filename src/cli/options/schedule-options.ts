import { Option, type Command } from 'commander'
import type { GivenWhen } from '../../jobs/schedules/when.ts'
import { serverOption } from './server-option.ts'
import { each, milliseconds, whole } from './values.ts'

/** Values of the options that `addScheduleOptions` adds. */
export interface AddScheduleWish extends GivenWhen {
  readonly tenant?: readonly string[]
  readonly tag?: readonly string[]
  readonly notAfter?: number
  readonly missed?: 'once' | 'skip'
  readonly priority?: number
  readonly server?: string
}

/** Adds the options of a schedule, whatever it runs. */
export const addScheduleOptions = (command: Command): Command =>
  command
    .option(
      '--tenant <name>',
      'tenant of the server; can be repeated, and all is every one that it has at the time: one job over several',
      each,
    )
    .option('--tag <tag>', 'tenants with this tag at the time, in place of --tenant; can be repeated', each)
    .option('--at <time>', 'once: 2027-03-01T02:30:00+01:00')
    .option('--cron <pattern>', 'minute, hour, day of the month, month, day of the week: "30 2 * * mon-fri"')
    .option('--daily <time>', 'every day: 02:30')
    .option('--weekly <days>', 'on days of the week: mon@02:30 or mon,thu@02:30')
    .option('--monthly <day>', 'on a day of the month: 1@02:30, 31@02:30 or last@02:30; the last day of shorter months')
    .option('--time-zone <name>', 'time zone of these, such as Europe/Berlin or UTC')
    .addOption(
      new Option(
        '--not-after <period>',
        'a job that cannot start so soon after its time is missed (2h if it changes something)',
      ).argParser(milliseconds('--not-after')),
    )
    .addOption(
      new Option(
        '--missed <what>',
        'times that passed while the server was stopped: one job for all of them, or none (once)',
      ).choices(['once', 'skip']),
    )
    .option('--priority <number>', '-100 to 100: the higher, the sooner (0)', whole('--priority', -100, 100))
    .addOption(serverOption())
