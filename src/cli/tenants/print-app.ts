import type { CloudName } from '../../data/clouds.ts'
import { appRegistration } from '../../tenants/app-registration.ts'
import { findOperations } from '../../tenants/operations.ts'
import type { Cli } from '../cli.ts'
import { azureCommands, portalSteps, type AppWalk } from './app-walk.ts'
import { printLines } from './print-lines.ts'
import type { ShellName } from './shells.ts'

/** What `entrapipe tenants app` was given. */
export interface AppOptions {
  readonly for: readonly string[]
  readonly delegated?: boolean
  readonly name: string
  readonly cloud: CloudName
  readonly shell?: ShellName
}

/** `entrapipe tenants app`: the app registration that operations need, as steps and as commands. */
export const printApp = ({ for: words, delegated, name, cloud, shell }: AppOptions, cli: Cli): void => {
  const walk: AppWalk = {
    name,
    kind: delegated ? 'delegated' : 'application',
    cloud,
    shell: shell ?? (cli.environment.platform === 'win32' ? 'powershell' : 'bash'),
  }
  const app = appRegistration(findOperations(words), walk.kind)
  const [steps, commands] = [portalSteps(app, walk), azureCommands(app, walk)]
  if (cli.json()) return printLines(cli, [JSON.stringify({ ...app, steps, commands })])
  printLines(cli, [
    `An app registration for ${app.operations.join(', ')}`,
    '',
    ...steps,
    '',
    `The same with the Azure CLI (${walk.shell}); Microsoft Graph is ${app.graphAppId} in every tenant:`,
    '',
    ...commands,
  ])
}
