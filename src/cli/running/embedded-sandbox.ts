import type { SandboxConnection } from '../../tenants/sandbox-settings.ts'
import { ensureSandbox } from '../../sandbox/process/ensure-sandbox.ts'
import { sandboxStatus } from '../../sandbox/process/commands.ts'
import { callControl } from '../../sandbox/process/call-control.ts'
import type { Cli } from '../cli.ts'
import { count } from '../report/words.ts'

/** Folder of the sandbox's state. */
export const sandboxFolder = async (cli: Pick<Cli, 'store'>): Promise<string> =>
  (await cli.store()).folder.folder('sandbox')

/** The sandbox of `--tenant sandbox`: the one that the user started, or the shared one, started if needed. */
export const embeddedSandbox = async (cli: Cli, quiet = false): Promise<SandboxConnection> => {
  const stateDir = await sandboxFolder(cli)
  const running = await sandboxStatus(stateDir)
  const silent = quiet || cli.json()
  if (!running && !silent) cli.say('Starting the sandbox, a local directory that stops after ten idle minutes …')
  const state = await ensureSandbox({ stateDir, clock: cli.clock, settings: { tls: 'both' } })
  if (!silent) cli.say(`Using the sandbox (${count(state.settings.users ?? 100_000)} users), not a real tenant.`)
  // Over loopback, TLS adds no protection and costs a third of the speed. Other clients get the https address.
  const { lagBound } = await callControl(state, 'GET')
  const lagBoundMs = typeof lagBound === 'number' ? lagBound : 0
  return state.httpUrl === undefined
    ? { ...state, lagBoundMs }
    : { ...state, lagBoundMs, baseUrl: state.httpUrl, authorityUrl: new URL(state.httpUrl).origin }
}
