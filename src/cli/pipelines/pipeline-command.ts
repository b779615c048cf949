import { Command } from 'commander'
import { EntrapipeError } from '../../core/errors.ts'
import { addChangeOnly } from '../options/change-options.ts'
import { addParamOptions } from '../options/param-options.ts'
import { pipelineExample } from './pipeline-example.ts'
import type { LoadedPipeline } from '../../catalogue/load-pipeline.ts'
import { refuseBlanks } from '../options/refuse-blanks.ts'
import { refuseRepeats } from '../options/refuse-repeats.ts'
import { refuseSwallowed } from '../options/refuse-swallowed.ts'
import { requireLast } from '../options/require-last.ts'
import { addForce, addRunOptions, maxDriftOption } from '../options/run-options.ts'
import { addTenantOptions } from '../options/tenant-options.ts'

/** Flags that every pipeline has. A parameter cannot have the same name, except those of changes that are common words. */
const taken: ReadonlySet<string> = new Set([
  ...['tenant', 'auth', 'fresh', 'quiet', 'force', 'json', 'config', 'help', 'version'],
  ...['checkpointRows', 'maxFailed', 'maxDrift'],
  ...['dryRun', 'yes', 'maxRemovals', 'includePrivileged', 'irreversible', 'quotaShare'],
])

/**
 * The command of a pipeline: a flag for each of its parameters, the options of the tenant, and for `run` the options of
 * every run.
 *
 * @throws EntrapipeError `PIPELINE_INVALID` when a parameter has the name of one of those options
 */
export const pipelineCommand = (
  verb: 'run' | 'check',
  name: string,
  { pipeline, file }: LoadedPipeline,
  program: Command,
): Command => {
  const params = pipeline.params ?? {}
  const clash = Object.keys(params).find(param => taken.has(param))
  if (clash !== undefined)
    throw new EntrapipeError(
      'PIPELINE_INVALID',
      `The pipeline ${file} has a parameter ${clash}, but every pipeline has a flag of that name: rename the parameter.`,
    )
  const command = new Command(`entrapipe ${verb} ${name}`).description(pipeline.summary).copyInheritedSettings(program)
  addParamOptions(command, params)
  addTenantOptions(command)
  if (verb === 'run') addChangeOnly(addForce(addRunOptions(command).addOption(maxDriftOption())), params)
  command.addHelpText('after', pipelineExample(verb, name, params))
  command.option('--json', 'print results and errors as JSON')
  return requireLast(refuseSwallowed(refuseBlanks(refuseRepeats(command))))
}
