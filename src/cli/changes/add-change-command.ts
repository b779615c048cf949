import type { Command } from 'commander'
import { EntrapipeError } from '../../core/errors.ts'
import type { TenantOptions } from '../options/tenant-options.ts'
import { addTenantOptions } from '../options/tenant-options.ts'
import { addChangeOptions, changeOptionsOf, refuseOption, type ChangeOptions } from '../options/change-options.ts'
import { addInputOptions } from '../options/input.ts'
import { list } from '../options/values.ts'
import { examples } from '../command-line/examples.ts'
import type { Cli } from '../cli.ts'

/** A command that makes one change for each row of its input. */
interface ChangeCommand {
  /** The words of the command: `users create`. */
  readonly name: string
  readonly summary: string
  readonly description: string
  readonly examples: readonly string[]
  /** Long names of options without an effect on it, which it refuses, and why as the rest of a sentence. */
  readonly without?: { readonly options: readonly string[]; readonly why: string }
  /** Adds options of its own. */
  readonly options?: (command: Command) => Command
  /** Adds options that choose users, and returns what makes parameters of them. */
  readonly selects?: (
    command: Command,
  ) => (options: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>
}

/** Adds a command that changes a directory. */
export const addChangeCommand = (
  group: Command,
  { name, summary, description, ...more }: ChangeCommand,
  cli: Cli,
): void => {
  const command = group.command(name.split(' ')[1]!).summary(summary).description(description)
  addInputOptions(command)
    .option('--key <property>', 'property that names the object of a row (id, else userPrincipalName)')
    .option(
      '--columns <names>',
      'properties of the columns in the file: column=property, separated by commas; column= ignores a column',
      list('--columns'),
    )
  const paramsOf = more.selects?.(command)
  more.options?.(command)
  addChangeOptions(addTenantOptions(command))
  const { without } = more
  for (const option of command.options)
    if (without?.options.includes(option.long!)) refuseOption(command, option, without.why)
  command
    .addHelpText('after', examples(...more.examples))
    .action(async (typed: ChangeOptions & TenantOptions & Readonly<Record<string, unknown>>) => {
      const options: typeof typed = paramsOf ? paramsOf(typed) : typed
      const [{ loadBuiltIn }, { runPipeline }] = await Promise.all([
        import('../../catalogue/load-pipeline.ts'),
        import('../running/run-pipeline.ts'),
      ])
      // A person would wait for the program, and the program for rows.
      const isChosen = ['group', 'filter', 'has', 'without', 'id'].some(name => options[name] !== undefined)
      if (command.getOptionValueSource('from') === 'default' && !(paramsOf && isChosen) && cli.stdin.isTTY === true)
        throw rowsMissing()
      const changing = changeOptionsOf(options)
      const { tenant, auth } = options
      const params = Object.fromEntries(
        Object.entries(options).filter(([each]) => !(each in changing) && each !== 'tenant' && each !== 'auth'),
      )
      await runPipeline(await loadBuiltIn(name), params, { tenant, auth }, changing, cli)
    })
}

const rowsMissing = (): EntrapipeError =>
  new EntrapipeError('USAGE', 'The rows are missing: --from was not given, and stdin is a terminal.', {
    fix: 'Name a file with --from, or pipe rows into the command.',
  })
