import type { SandboxConnection } from '../../tenants/sandbox-settings.ts'
import { ensureSandbox } from '../../sandbox/process/ensure-sandbox.ts'
import { sandboxStatus } from '../../sandbox/process/commands.ts'
import type { Cli } from '../cli.ts'
import { count } from '../report/words.ts'

/** Where the sandbox keeps what it remembers. */
export const sandboxFolder = async (cli: Pick<Cli, 'store'>): Promise<string> =>
  (await cli.store()).folder.folder('sandbox')

/** The sandbox that `--tenant sandbox` means: one a person started, or the shared one, which is started when need be. */
export const embeddedSandbox = async (cli: Cli, quiet = false): Promise<SandboxConnection> => {
  const stateDir = await sandboxFolder(cli)
  const running = await sandboxStatus(stateDir)
  const silent = quiet || cli.json()
  if (!running && !silent) cli.say('Starting the sandbox, a local directory that stops after ten idle minutes …')
  const state = await ensureSandbox({ stateDir, clock: cli.clock, settings: { tls: 'both' } })
  if (!silent) cli.say(`Using the sandbox (${count(state.settings.users ?? 100_000)} users), not a real tenant.`)
  // Over loopback TLS protects from nobody and costs a third of the speed; other clients get the https address.
  return state.httpUrl === undefined
    ? state
    : { ...state, baseUrl: state.httpUrl, authorityUrl: new URL(state.httpUrl).origin }
}
