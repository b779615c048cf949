import { Argument, type Command } from 'commander'
import { EntrapipeError } from '../../core/errors.ts'
import { sandboxName } from '../../tenants/choose-tenant.ts'
import type { Cli } from '../cli.ts'
import { completionHint, completionScript, completionShells, type CompletionShell } from '../completion/scripts.ts'
import type { ValueSource } from '../completion/suggest.ts'

/** Names in the configuration. One that cannot be read completes to nothing: this is no place for an error message. */
const tenantNames = async (cli: Cli): Promise<readonly string[]> => {
  const { loadConfig } = await import('../../tenants/load-config.ts')
  try {
    const loaded = await loadConfig(cli.environment, cli.config())
    return [...Object.keys(loaded?.config.tenants ?? {}), sandboxName]
  } catch (cause) {
    if (cause instanceof EntrapipeError) return [sandboxName]
    throw cause
  }
}

/** The words that may follow in the name of an operation, whose words stand apart: `export`, then `users`. */
const nextWords = async (before: readonly string[]): Promise<readonly string[]> => {
  const { operationNames } = await import('../../tenants/operations.ts')
  const phrase = before.join(' ').split(',').at(-1)!.trimStart()
  const begun = phrase === '' ? '' : `${phrase} `
  const found = operationNames
    .filter(name => name.startsWith(begun))
    .map(name => name.slice(begun.length).split(' ')[0]!)
  return [...new Set(found)]
}

/** Layouts for what is exported, or all of them where that is not said yet. */
const presetNames = async (words: readonly string[]): Promise<readonly string[]> => {
  const { presets } = await import('../../data/presets/presets.ts')
  const fitting = presets.filter(({ of }) => words.includes(of))
  return [...(fitting.length > 0 ? fitting : presets).map(({ name }) => name), 'all']
}

const valuesFor =
  (cli: Cli, words: readonly string[]): ValueSource =>
  async (name, before) => {
    if (name === '--tenant') return await tenantNames(cli)
    if (name === '--preset') return await presetNames(words)
    if (name === '--for' || name === 'permissions operation') return await nextWords(before)
    return []
  }

export default (program: Command, cli: Cli): void => {
  program
    .command('completion')
    .summary('the completion script of a shell')
    .description('Prints a script that lets a shell complete commands, options, presets and tenants.')
    .addArgument(new Argument('<shell>', 'the shell').choices(completionShells))
    .addHelpText(
      'after',
      `\nExamples:\n${Object.values(completionHint)
        .map(hint => `  ${hint}`)
        .join('\n')}`,
    )
    .action((shell: CompletionShell) => {
      cli.stdout.write(completionScript(shell, program.name()))
    })

  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .helpOption(false)
    .action(async (words: string[]) => {
      const { suggest } = await import('../completion/suggest.ts')
      const found = await suggest(program, words, valuesFor(cli, words))
      cli.stdout.write(found.map(({ value, about }) => `${value}\t${about ?? ''}\n`).join(''))
    })
}
