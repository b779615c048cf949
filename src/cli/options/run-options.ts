import { Option, type Command } from 'commander'
import { whole } from './values.ts'

/** What the flags of `addRunOptions` say. */
export interface RunOptions {
  readonly fresh?: boolean
  readonly quiet?: boolean
  readonly checkpointRows?: number
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

/** Adds the option that every run of a pipeline file has. */
export const addForce = (command: Command): Command =>
  command.option('--force', 'resume an unfinished run although the pipeline has changed')
