import { EntrapipeError } from '../../core/errors.ts'
import type { CloudName } from '../../data/clouds.ts'
import { appRegistration } from '../../tenants/app-registration.ts'
import { allOperations } from '../../tenants/operations.ts'
import { isTenantName } from '../../tenants/tenant-names.ts'
import type { Cli } from '../cli.ts'
import { azureCommands, portalSteps, type AppWalk } from './app-walk.ts'
import { printLines } from '../command-line/print.ts'
import type { ShellName } from './shells.ts'

/** Options of `entrapipe tenants app`. */
export interface AppOptions {
  /** The words of each `--for`. */
  readonly for: readonly (readonly string[])[]
  readonly delegated?: boolean
  readonly name: string
  readonly cloud: CloudName
  readonly shell?: ShellName
}

/** `entrapipe tenants app`: prints how to register the app that operations need, as steps and as commands. */
export const printApp = async ({ for: asked, delegated, name, cloud, shell }: AppOptions, cli: Cli): Promise<void> => {
  if (!isTenantName(name))
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Expected --name to be a single word (letters, digits, dot, dash and underscore), got ${JSON.stringify(name)}.`,
    )
  const walk: AppWalk = {
    name,
    kind: delegated ? 'delegated' : 'application',
    cloud,
    shell: shell ?? (cli.environment.platform === 'win32' ? 'powershell' : 'bash'),
  }
  const app = appRegistration(allOperations(asked), walk.kind)
  const [steps, commands] = [portalSteps(app, walk), azureCommands(app, walk)]
  if (cli.json()) return printLines(cli, [JSON.stringify({ ...app, steps, commands })])
  await printLines(cli, [
    `An app registration for ${app.operations.join(', ')}`,
    '',
    ...steps,
    '',
    `The same with the Azure CLI (${walk.shell}); Microsoft Graph is ${app.graphAppId} in every tenant:`,
    '',
    ...commands,
  ])
}
