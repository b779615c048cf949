import { Argument, type Command } from 'commander'
import { EntrapipeError } from '../../core/errors.ts'
import { sandboxName } from '../../tenants/choose-tenant.ts'
import type { Cli } from '../cli.ts'
import { print } from '../command-line/print.ts'
import {
  completionHint,
  completionScript,
  completionShells,
  npxHint,
  type CompletionShell,
} from '../completion/scripts.ts'
import type { ValueSource } from '../completion/suggest.ts'

/** Tenants in the configuration. None if it cannot be read: a completion has nowhere to show an error message. */
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

/** The words that may come next in the name of an operation, which is several words: `export`, then `users`. */
const nextWords = async (before: readonly string[], planned: boolean): Promise<readonly string[]> => {
  const { operationNames } = await import('../../tenants/operations.ts')
  const phrase = before.join(' ').split(',').at(-1)!.trimStart()
  const begun = phrase === '' ? '' : `${phrase} `
  const found = operationNames({ planned })
    .filter(name => name.startsWith(begun))
    .map(name => name.slice(begun.length).split(' ')[0]!)
  return [...new Set(found)]
}

/** Presets of the exported kind, or all presets if the kind is not typed yet. */
const presetNames = async (words: readonly string[]): Promise<readonly string[]> => {
  const { presets } = await import('../../data/presets/presets.ts')
  const fitting = presets.filter(({ of }) => words.includes(of))
  return [...(fitting.length > 0 ? fitting : presets).map(({ name }) => name), 'all']
}

/** Ids of runs, newest first: for `resume` and `discard`, only those that can be. None if the store cannot be opened. */
const runIds = async (verb: string, cli: Cli): Promise<readonly string[]> => {
  const { isGivenUp } = await import('../../store/types.ts')
  try {
    const runs = (await (await cli.store()).list()).filter(({ status, resumable }) => {
      const isOpen = status === 'interrupted' || status === 'failed'
      if (verb === 'resume') return resumable && isOpen
      return verb === 'discard' ? isOpen || status === 'short' : !isGivenUp({ status })
    })
    return runs.slice(0, 100).map(({ id }) => id)
  } catch (cause) {
    if (cause instanceof EntrapipeError) return []
    throw cause
  }
}

const pipelines = async (cli: Cli): Promise<readonly string[]> => {
  const { pipelineNames } = await import('../../catalogue/pipeline-file.ts')
  return pipelineNames(cli.environment)
}

/** The command of the pipeline that the words name, if any. Its flags are the pipeline's parameters. */
const pipelineOf = async (
  [verb, name, ...rest]: readonly string[],
  program: Command,
  cli: Cli,
): Promise<Command | undefined> => {
  if ((verb !== 'run' && verb !== 'check') || name === undefined || name.startsWith('-') || rest.length === 0)
    return undefined
  const { loadPipeline } = await import('../../catalogue/load-pipeline.ts')
  const { pipelineCommand } = await import('../pipelines/pipeline-command.ts')
  try {
    const loaded = await loadPipeline(name, cli.environment)
    return pipelineCommand(verb, name, loaded, program)
  } catch (cause) {
    if (cause instanceof EntrapipeError) return undefined
    throw cause
  }
}

const valuesFor =
  (cli: Cli, words: readonly string[]): ValueSource =>
  async (name, before) => {
    if (name === '--tenant') return await tenantNames(cli)
    if (name === '--preset') return await presetNames(words)
    if (name === '--for') return await nextWords(before, false)
    if (name === 'permissions operation') return await nextWords(before, true)
    if (name === 'run pipeline' || name === 'check pipeline') return await pipelines(cli)
    if (words[0] === 'runs' && name.endsWith(' run')) return await runIds(name.split(' ')[0]!, cli)
    return []
  }

export default (program: Command, cli: Cli): void => {
  program
    .command('completion')
    .summary('print a completion script for a shell')
    .description(
      'Prints a script that lets a shell complete commands, options, presets, tenants, pipelines and runs. A shell completes a command by its name: if entrapipe is not on the PATH, define it first, as in the second example.',
    )
    .addArgument(new Argument('<shell>', 'the shell').choices(completionShells))
    .addHelpText(
      'after',
      `\nExamples:\n${[completionHint.bash, npxHint, ...Object.values(completionHint).slice(1)]
        .map(hint => `  ${hint}`)
        .join('\n')}`,
    )
    .action(async (shell: CompletionShell) => {
      await print(cli, completionScript(shell, program.name()))
    })

  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .helpOption(false)
    .action(async (words: string[]) => {
      const { suggest } = await import('../completion/suggest.ts')
      const pipeline = await pipelineOf(words, program, cli)
      const values = valuesFor(cli, words)
      const found = await (pipeline ? suggest(pipeline, words.slice(2), values) : suggest(program, words, values))
      await print(cli, found.map(({ value, about }) => `${value}\t${about ?? ''}\n`).join(''))
    })
}
