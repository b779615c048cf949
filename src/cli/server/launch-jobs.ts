import { absolute } from '../../core/absolute.ts'
import { variablesWith } from '../../core/environment.ts'
import { launchChild, type Launch } from '../../jobs/child.ts'
import type { Cli } from '../cli.ts'

/** Starts the processes of jobs, with the configuration that this command was given. */
export const launchJobs = ({ config, environment, say }: Pick<Cli, 'config' | 'environment' | 'say'>): Launch => {
  const file = config()
  return launchChild(
    line => say(line),
    file === undefined ? undefined : variablesWith({ ENTRAPIPE_CONFIG: absolute(environment, file) }),
  )
}
