import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Connection, Sandbox } from '../server/serve.ts'
import type { ReachedTenant } from '../server/tenants.ts'
import { readIfThere, writePrivate } from '../server/private-files.ts'
import type { SandboxSettings } from '../settings.ts'

/** The state of a running sandbox. The file has mode 0600: anyone who can read it can sign in to the sandbox and control it. */
export interface SandboxState extends Connection {
  readonly pid: number
  readonly version: string
  readonly sourceHash: string
  readonly settings: SandboxSettings
  /** Started with `entrapipe sandbox`: not replaced, and not stopped when idle. */
  readonly foreground: boolean
  /** Another sandbox uses the folder: `--tenant sandbox`, status, stop and reset use that one. */
  readonly aside?: true
  readonly startedAt: string
  readonly httpUrl?: string
  readonly others?: readonly ReachedTenant[]
  readonly shared?: Sandbox['shared']
  readonly controlUrl: string
  readonly controlKey: string
}

/** The files of a sandbox's folder. */
export const paths = (stateDir: string) => ({
  state: join(stateDir, 'sandbox.json'),
  log: join(stateDir, 'sandbox.log'),
  launch: join(stateDir, 'launch.json'),
  /** Held by a process while it looks for a sandbox and starts one. */
  startLock: join(stateDir, 'start.lock'),
  /** Held by the sandbox while it runs, so that no two sandboxes write one journal. */
  ownerLock: join(stateDir, 'owner.lock'),
})

/** Reads the folder's state file, if there is one. The sandbox may no longer be running. */
export const readState = async (stateDir: string): Promise<SandboxState | undefined> => {
  const text = await readIfThere(paths(stateDir).state)
  return text === undefined ? undefined : (JSON.parse(text) as SandboxState)
}

/** Writes the state file atomically, with mode 0600. */
export const writeState = (stateDir: string, state: SandboxState): Promise<void> =>
  writePrivate(paths(stateDir).state, `${JSON.stringify(state, null, 2)}\n`)

/** Removes the state file if it belongs to this process. */
export const removeState = async (stateDir: string, pid: number): Promise<void> => {
  if ((await readState(stateDir))?.pid === pid) await rm(paths(stateDir).state, { force: true })
}
