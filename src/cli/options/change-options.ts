import { onlyForChanges } from '../../core/only-for-changes.ts'
import { InvalidArgumentError, type Command, Option } from 'commander'
import { EntrapipeError } from '../../core/errors.ts'
import { durationIn } from '../../core/duration.ts'
import { hoursIn, isTimeZone, type Hours } from '../../core/time-window.ts'
import type { AtMost } from '../../core/at-most.ts'
import { maxFailedOption } from './run-options.ts'
import { whole } from './values.ts'

/** Values of the options that `addChangeOptions` adds. */
export interface ChangeOptions {
  readonly dryRun?: boolean
  /** File that the plan is written to. */
  readonly plan?: string
  readonly yes?: boolean
  readonly limit?: number
  readonly maxRemovals?: number
  readonly maxFailed?: AtMost
  readonly includePrivileged?: boolean
  readonly irreversible?: boolean
  /** Hours in which changes are sent: `22:00-05:00`. */
  readonly window?: Hours
  readonly timeZone?: string
  readonly wave?: number
  /** Milliseconds. */
  readonly pause?: number
  /** Whether the process waits until the window opens. */
  readonly wait?: boolean
  /** File that the results are written to, or `-`. */
  readonly results?: string
  /** Files that the impact of changes of licences is written to. */
  readonly impactReport?: readonly string[]
  /** File with prices of products. */
  readonly impactPrices?: string
  /** Why the change is made. */
  readonly reason?: string
  /** Name of the ticket that asks for it. */
  readonly ticket?: string
  /** Above 0 and at most 1. */
  readonly quotaShare?: number
  readonly fresh?: boolean
  readonly quiet?: boolean
}

/** The values of these options, without those of other kinds. */
export const changeOptionsOf = (options: ChangeOptions): ChangeOptions =>
  Object.fromEntries(Object.entries(options).filter(([name]) => isChangeOption(name)))

/** Whether it is the name of one of `ChangeOptions`. */
export const isChangeOption = (name: string): boolean => changeOptionNames.has(name)

const changeOptionNames: ReadonlySet<string> = new Set<keyof ChangeOptions>([
  ...onlyForChanges,
  ...(['maxFailed', 'fresh', 'quiet'] as const),
])

const percentage = (text: string): number => {
  const value = /^(\d{1,3}(?:\.\d+)?) ?%$/.exec(text)?.[1]
  const share = Number(value) / 100
  if (!(share > 0 && share <= 1))
    throw new InvalidArgumentError('Expected a percentage above 0% and at most 100%, such as 50%.')
  return share
}

const hours = (text: string): Hours => {
  const found = hoursIn(text)
  if (found) return found
  throw new InvalidArgumentError('Expected two different times of the day, such as 22:00-05:00.')
}

const zone = (text: string): string => {
  if (isTimeZone(text)) return text
  throw new InvalidArgumentError('Expected the name of a time zone, such as Europe/Berlin or UTC.')
}

const time = (text: string): number => {
  const ms = durationIn(text)
  if (ms !== undefined) return ms
  throw new InvalidArgumentError('Expected a time with its unit, such as 30s, 10m or 2h.')
}

/** The options that only runs with changes have. */
const changeOnly = (): readonly Option[] => [
  new Option('--dry-run', 'show what would be changed, and send nothing'),
  new Option('--plan <file>', 'write exactly what would be changed to this file, x.jsonl, for `apply`; sends nothing'),
  new Option('--yes', 'make the changes without asking'),
  new Option('--limit <changes>', 'send at most this many changes; `runs resume` continues with the others').argParser(
    whole('--limit', 1),
  ),
  new Option(
    '--max-removals <changes>',
    'allow this many deletions, disabled accounts, removed members, users who lose a product, and changed user names (the lower of 500 and 5 % of all, at least 10)',
  ).argParser(whole('--max-removals', 0)),
  new Option('--include-privileged', 'also change users and apps with privileged roles or permissions'),
  new Option('--irreversible', 'allow changes that cannot be undone'),
  new Option('--window <hours>', 'send changes only in these hours of each day: 22:00-05:00').argParser(hours),
  new Option('--time-zone <name>', 'time zone of --window: Europe/Berlin (that of this computer)').argParser(zone),
  new Option('--wait', 'wait until the window opens, instead of exiting with status 75'),
  new Option('--wave <changes>', 'pause after this many changes, once all of them have a result').argParser(
    whole('--wave', 1),
  ),
  new Option('--pause <time>', 'how long to pause after each wave: 30s, 10m, 2h').argParser(time),
  new Option(
    '--results <file>',
    'write the result of each row to x.csv or x.jsonl (also .gz or .zst), or x.xlsx; - is stdout',
  ),
  new Option('--reason <text>', 'why the changes are made, for the audit log'),
  new Option('--ticket <text>', 'ticket of the changes, for the audit log'),
  new Option('--quota-share <percent>', "share of the tenant's write quota to use (50%)").argParser(percentage),
]

const addAll = (command: Command, options: readonly Option[]): Command => {
  for (const option of options) command.addOption(option)
  return command
}

/** Adds the options of changes to a command that has those of every run. A parameter of the pipeline hides that of its name. */
export const addChangeOnly = (command: Command, params: object = {}): Command =>
  addAll(
    command,
    changeOnly().filter(option => !Object.hasOwn(params, option.attributeName())),
  )

/** Adds the options of every command that changes a directory, besides those of the tenant. A parameter hides that of its name. */
export const addChangeOptions = (command: Command, params: object = {}): Command =>
  addRest(addChangeOnly(command, params))

/** Adds the options of the command that makes the changes of a plan, and refuses those that make one or read rows. */
export const addApplyOptions = (command: Command): Command =>
  addRefused(addRest(addAll(command, withoutPlan())), 'which makes exactly the changes of its plan', {
    ...ofPlan,
    ...ofRows,
  })

/** Adds the options of the command that undoes a run, and refuses those that read rows. A tenant may require a plan of it. */
export const addUndoOptions = (command: Command): Command =>
  addRefused(addChangeOptions(command), 'which reverses exactly what its run has changed', ofRows)

/** Values of the options that `addUndoWish` adds. */
export type UndoWish = Pick<ChangeOptions, (typeof undoWish)[number]>

const undoWish = ['dryRun', 'maxRemovals', 'includePrivileged', 'irreversible', 'reason', 'ticket'] as const

/** Adds the options of a job that undoes another one. */
export const addUndoWish = (command: Command): Command =>
  addAll(
    command,
    changeOnly().filter(option => (undoWish as readonly string[]).includes(option.attributeName())),
  )

/** Adds the options of the command that makes what is due, and refuses those that read rows, or make a plan of one run. */
export const addDueOptions = (command: Command): Command =>
  addRefused(addRest(addAll(command, withoutPlan())), 'which makes the rows of other runs', { ...ofPlan, ...ofRows })

/** Adds the options of a command that continues a run, and refuses those that only have an effect when it begins. */
export const addContinuing = (command: Command): Command =>
  addRefused(
    addAll(command, withoutPlan()).addOption(maxFailedOption()).addOption(quietOption()),
    'which continues a run with the rows that were read when it began',
    { '--fresh': 'To start over, run the command of the run again with --fresh.', ...ofPlan, ...ofRows },
  )

const quietOption = (): Option => new Option('--quiet', 'print only errors: no progress and no report')

const addRest = (command: Command): Command =>
  command
    .addOption(maxFailedOption())
    .option('--fresh', 'start over, even if an unfinished run could be resumed')
    .addOption(quietOption())

const withoutPlan = (): readonly Option[] => changeOnly().filter(option => option.attributeName() !== 'plan')

/** Options that a command does not have, and what to do instead. */
const ofPlan = { '--plan <file>': 'To see what would be sent, use --dry-run.' }
const ofRows = { '--columns <names>': 'Leave it out.', '--key <property>': 'Leave it out.' }

/** Refuses options with a sentence that says why, in place of "unknown option". @param fixes by option */
const addRefused = (command: Command, why: string, fixes: Readonly<Record<string, string>>): Command => {
  for (const [flags, fix] of Object.entries(fixes)) {
    const option = new Option(flags)
    refuseOption(command.addOption(option), option, why, fix)
  }
  return command
}

/** Refuses an option of a command with a sentence that says why, and hides it. */
export const refuseOption = (command: Command, option: Option, why: string, fix = 'Leave it out.'): void => {
  option.hideHelp()
  command.on(`option:${option.name()}`, () => {
    const words = command.parent?.parent ? `${command.parent.name()} ${command.name()}` : command.name()
    throw new EntrapipeError('USAGE', `${option.long!} has no effect on \`${words}\`, ${why}.`, { fix })
  })
}
