import { InvalidArgumentError, type Command, Option } from 'commander'
import type { MaxFailed } from '../../core/max-failed.ts'
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
  readonly maxFailed?: MaxFailed
  readonly includePrivileged?: boolean
  readonly irreversible?: boolean
  /** File that the results are written to, or `-`. */
  readonly results?: string
  /** Above 0 and at most 1. */
  readonly quotaShare?: number
  readonly fresh?: boolean
  readonly quiet?: boolean
}

/** The values of these options, without those of other kinds. */
export const changeOptionsOf = (options: ChangeOptions): ChangeOptions =>
  Object.fromEntries(Object.entries(options).filter(([name]) => changeOptionNames.has(name)))

const changeOptionNames: ReadonlySet<string> = new Set<keyof ChangeOptions>([
  ...(['dryRun', 'plan', 'yes', 'limit', 'maxRemovals', 'maxFailed', 'includePrivileged', 'irreversible'] as const),
  ...(['results', 'quotaShare', 'fresh', 'quiet'] as const),
])

/** Options that only runs with changes have: they have no effect on others. */
export const onlyForChanges: readonly (keyof ChangeOptions)[] = [
  ...(['dryRun', 'plan', 'yes', 'limit', 'maxRemovals', 'includePrivileged', 'irreversible'] as const),
  ...(['results', 'quotaShare'] as const),
]

const percentage = (text: string): number => {
  const value = /^(\d{1,3}(?:\.\d+)?) ?%$/.exec(text)?.[1]
  const share = Number(value) / 100
  if (!(share > 0 && share <= 1))
    throw new InvalidArgumentError('Expected a percentage above 0% and at most 100%, such as 50%.')
  return share
}

/** Adds the options that only runs with changes have. */
const addOnlyForChanges = (command: Command): Command =>
  command
    .option('--dry-run', 'show what would be changed, and send nothing')
    .option('--plan <file>', 'write exactly what would be changed to this file, x.jsonl, for `apply`; sends nothing')
    .option('--yes', 'make the changes without asking')
    .addOption(
      new Option(
        '--limit <changes>',
        'send at most this many changes; `runs resume` continues with the others',
      ).argParser(whole('--limit', 1)),
    )
    .addOption(
      new Option(
        '--max-removals <changes>',
        'allow this many deletions, disabled accounts, removed members and changed user names (the lower of 500 and 5 % of all, at least 10)',
      ).argParser(whole('--max-removals', 0)),
    )
    .option('--include-privileged', 'also change users who hold privileged roles')
    .option('--irreversible', 'allow changes that cannot be undone')
    .option('--results <file>', 'write the result of each row to x.csv or x.jsonl (also .gz or .zst); - is stdout')
    .addOption(
      new Option('--quota-share <percent>', "share of the tenant's write quota to use (50%)").argParser(percentage),
    )

/** Adds the options of every command that changes a directory, besides those of the tenant. */
export const addChangeOptions = (command: Command): Command =>
  addOnlyForChanges(command)
    .addOption(maxFailedOption())
    .option('--fresh', 'start over, even if an unfinished run could be resumed')
    .option('--quiet', 'print only errors: no progress and no report')
