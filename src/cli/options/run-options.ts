import { InvalidArgumentError, Option, type Command } from 'commander'
import { expectAtMost, type AtMost } from '../../core/at-most.ts'
import { whole } from './values.ts'

/** Values of the options that `addRunOptions` adds. */
export interface RunOptions {
  readonly fresh?: boolean
  readonly quiet?: boolean
  readonly checkpointRows?: number
  readonly maxFailed?: AtMost
  readonly maxDrift?: AtMost
}

/** Adds the options of every command that runs a pipeline. */
export const addRunOptions = (command: Command): Command =>
  command
    .option('--fresh', 'start over, even if an unfinished run could be resumed')
    .option('--quiet', 'print only errors: no progress and no report')
    .addOption(
      new Option('--checkpoint-rows <rows>', 'rows between checkpoints (20000)').argParser(
        whole('--checkpoint-rows', 1),
      ),
    )
    .addOption(maxFailedOption())

/** The option that limits how many rows may fail. */
export const maxFailedOption = (): Option =>
  new Option('--max-failed <rows|percent>', 'stop the run when more rows than this fail: 100, or 5%').argParser(atMost)

/** The option that limits how much may change while a listing is read. */
export const maxDriftOption = (): Option =>
  new Option(
    '--max-drift <objects|percent>',
    'publish nothing if more objects than this change while the listing is read: 100, or 0.5% (any number may); of a listing that Graph does not count, it is unknown',
  ).argParser(atMost)

const atMost = (text: string): AtMost => {
  const value = /^\d+$/.test(text) ? Number(text) : text
  try {
    expectAtMost('the limit', value)
  } catch {
    throw new InvalidArgumentError('Expected a number of rows, such as 100, or a percentage, such as 5%.')
  }
  return value as AtMost
}

/** Adds `--force`, the option of every command that runs a pipeline file. */
export const addForce = (command: Command): Command =>
  command.option('--force', 'resume an unfinished run although the pipeline has changed')
