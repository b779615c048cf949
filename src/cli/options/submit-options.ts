import { Option, type Command } from 'commander'
import { serverOption } from './server-option.ts'
import { each, time, whole } from './values.ts'

/** Values of the options that `addSubmitOptions` adds. */
export interface SubmitWish {
  readonly tenant?: readonly string[]
  readonly tag?: readonly string[]
  readonly at?: string
  readonly notAfter?: string
  readonly priority?: number
  readonly wait?: boolean
  readonly server?: string
}

/** Adds the options of a job, whatever it runs. */
export const addSubmitOptions = (command: Command): Command =>
  command
    .option(
      '--tenant <name>',
      'tenant of the server; can be repeated, and all is every one: one job over several',
      each,
    )
    .option('--tag <tag>', 'tenants with this tag, in place of --tenant; can be repeated', each)
    .addOption(new Option('--at <time>', 'when it starts, if not now: 2026-03-01T08:00:00Z').argParser(time('--at')))
    .addOption(
      new Option('--not-after <time>', 'a job that has not begun by then is missed').argParser(time('--not-after')),
    )
    .option('--priority <number>', '-100 to 100: the higher, the sooner (0)', whole('--priority', -100, 100))
    .option('--wait', 'wait until the job has ended, and exit as its command would')
    .addOption(serverOption())
