import { InvalidArgumentError, Option, type Command } from 'commander'
import { expectMaxFailed, type MaxFailed } from '../../core/max-failed.ts'
import { whole } from './values.ts'

/** What the flags of `addRunOptions` say. */
export interface RunOptions {
  readonly fresh?: boolean
  readonly quiet?: boolean
  readonly checkpointRows?: number
  readonly maxFailed?: MaxFailed
}

/** Adds the options that every command with a run has. */
export const addRunOptions = (command: Command): Command =>
  command
    .option('--fresh', 'start over, even if an unfinished run could be resumed')
    .option('--quiet', 'no progress and no report, only errors')
    .addOption(
      new Option('--checkpoint-rows <rows>', 'rows between two checkpoints (20000)').argParser(
        whole('--checkpoint-rows', 1),
      ),
    )
    .addOption(maxFailedOption())

/** How many rows may fail. */
export const maxFailedOption = (): Option =>
  new Option('--max-failed <rows|percent>', 'end the run when more rows fail: 100, or 5%').argParser(
    (text: string): MaxFailed => {
      const value = /^\d+$/.test(text) ? Number(text) : text
      try {
        expectMaxFailed(value)
      } catch {
        throw new InvalidArgumentError('Expected a number of rows, such as 100, or a percentage, such as 5%.')
      }
      return value as MaxFailed
    },
  )

/** Adds the option that every run of a pipeline file has. */
export const addForce = (command: Command): Command =>
  command.option('--force', 'resume an unfinished run although the pipeline has changed')
