import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Connection } from '../server/serve.ts'
import { readIfThere, writePrivate } from '../server/private-files.ts'
import type { SandboxSettings } from '../settings.ts'

/** What a running sandbox says about itself, 0600: whoever can read this can sign in to it and steer it. */
export interface SandboxState extends Connection {
  readonly pid: number
  readonly version: string
  readonly sourceHash: string
  readonly settings: SandboxSettings
  /** Started by a person with `entrapipe sandbox`: not replaced, not stopped when idle. */
  readonly foreground: boolean
  /** Another one has the folder: `--tenant sandbox`, status, stop and reset mean that one. */
  readonly aside?: true
  readonly startedAt: string
  readonly httpUrl?: string
  readonly controlUrl: string
  readonly controlKey: string
}

/** The files of a sandbox's folder. */
export const paths = (stateDir: string) => ({
  state: join(stateDir, 'sandbox.json'),
  log: join(stateDir, 'sandbox.log'),
  launch: join(stateDir, 'launch.json'),
  /** Held while somebody looks for a sandbox and starts one. */
  startLock: join(stateDir, 'start.lock'),
  /** Held by the sandbox as long as it lives: two would write one journal. */
  ownerLock: join(stateDir, 'owner.lock'),
})

/** What the folder's sandbox wrote when it began, if it wrote anything; it may be dead. */
export const readState = async (stateDir: string): Promise<SandboxState | undefined> => {
  const text = await readIfThere(paths(stateDir).state)
  return text === undefined ? undefined : (JSON.parse(text) as SandboxState)
}

/** Puts the state file there at once, 0600. */
export const writeState = (stateDir: string, state: SandboxState): Promise<void> =>
  writePrivate(paths(stateDir).state, `${JSON.stringify(state, null, 2)}\n`)

/** Removes the state file, where it is still this process's. */
export const removeState = async (stateDir: string, pid: number): Promise<void> => {
  if ((await readState(stateDir))?.pid === pid) await rm(paths(stateDir).state, { force: true })
}
