import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock, type Clock } from '../core/clock.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { createSandbox } from './create-sandbox.ts'
import { answers, callControl } from './process/call-control.ts'
import { acquireLock, tryLock, type Lock } from './process/exclusive-lock.ts'
import { packageVersion, sourceHash } from './process/source-hash.ts'
import { paths, readState, removeState, writeState, type SandboxState } from './process/state-file.ts'
import { privateFolder } from './server/private-files.ts'
import type { Sandbox } from './server/serve.ts'
import type { SandboxSettings } from './settings.ts'

interface RunOptions {
  readonly stateDir: string
  readonly settings?: SandboxSettings
  /**
   * Started with `entrapipe sandbox`: replaces the background sandbox, is used by `--tenant sandbox`, and does not stop when
   * idle. If a foreground sandbox already runs, this one gets its own folder and is reached by its address only.
   */
  readonly foreground: boolean
  /** Stops after this time without a request. @default never */
  readonly idleMs?: number
  readonly clock?: Clock
  /** Stops it, as SIGINT and SIGTERM do. */
  readonly signal?: AbortSignal
  /** @param folder of its state */
  readonly onReady?: (state: SandboxState, folder: string) => void | Promise<void>
  /** Called with each line for the log. */
  readonly log?: (line: string) => void
  /** Starts the server. @default createSandbox */
  readonly create?: typeof createSandbox
}

const waitMs = 20_000

/** Acquires the folder to serve from. The start lock is held until the state file is written. */
const acquireFolder = async (options: RunOptions, clock: Clock) => {
  const { stateDir } = options
  const at = paths(stateDir)
  if (!options.foreground) {
    const owner = tryLock(at.ownerLock)
    if (!owner) throw new EntrapipeError('SANDBOX_UNAVAILABLE', `Another sandbox runs in ${stateDir}`)
    return { stateDir, owner, start: undefined as Lock | undefined, own: false }
  }
  const start = await acquireLock(at.startLock, clock, waitMs)
  try {
    for (const until = clock.now() + waitMs; ; await clock.sleep(25)) {
      const owner = tryLock(at.ownerLock)
      if (owner) return { stateDir, owner, start, own: false }
      const state = await readState(stateDir)
      if (state && (await answers(state))) {
        if (state.foreground) break
        await callControl(state, 'POST', '/stop').catch(() => undefined)
      }
      if (clock.now() >= until)
        throw new EntrapipeError(
          'SANDBOX_UNAVAILABLE',
          `The sandbox in ${stateDir} does not respond and does not exit; stop it first`,
        )
    }
  } catch (error) {
    start.release()
    throw error
  }
  start.release()
  const own = join(stateDir, 'instances', String(process.pid))
  await privateFolder(own)
  const owner = tryLock(paths(own).ownerLock)
  if (!owner) throw new EntrapipeError('SANDBOX_UNAVAILABLE', `Another sandbox runs in ${own}`)
  return { stateDir: own, owner, start: undefined, own: true }
}

const untilIdle = async (sandbox: Sandbox, idleMs: number, clock: Clock, signal: AbortSignal): Promise<void> => {
  for (;;) {
    const leftMs = sandbox.lastRequestAtMs() + idleMs - clock.now()
    if (leftMs <= 0) return
    await clock.sleep(leftMs, signal)
  }
}

/**
 * Runs a sandbox in this process until a signal or the control endpoint stops it, or until it is idle for `idleMs`. Its
 * state file exists exactly as long as it responds.
 *
 * @throws EntrapipeError `SANDBOX_UNAVAILABLE` when another sandbox uses the folder
 */
export const runSandbox = async (options: RunOptions): Promise<void> => {
  const clock = options.clock ?? systemClock
  const log = options.log ?? (() => {})
  await privateFolder(options.stateDir)
  const { stateDir, owner, start, own } = await acquireFolder(options, clock)
  const end = new AbortController()
  const stop = () => end.abort()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, stop)
  options.signal?.addEventListener('abort', stop, { once: true })
  let sandbox: Sandbox | undefined
  try {
    const settings = options.settings ?? {}
    const create = options.create ?? (await import('./create-sandbox.ts')).createSandbox
    sandbox = await create({
      ...settings,
      stateDir,
      clock,
      onStop: stop,
      onDefect: error => log(`defect: ${error instanceof Error ? (error.stack ?? error.message) : error}`),
    })
    const { lastRequestAtMs: _at, close: _close, ...connection } = sandbox
    const state: SandboxState = {
      ...connection,
      pid: process.pid,
      version: packageVersion(),
      sourceHash: sourceHash(),
      settings,
      foreground: options.foreground,
      ...(own ? { aside: true as const } : {}),
      startedAt: new Date(clock.now()).toISOString(),
    }
    await writeState(stateDir, state)
    start?.release()
    await options.onReady?.(state, stateDir)
    log(`sandbox ${state.baseUrl} with ${settings.users ?? 100_000} users in each of ${settings.tenants ?? 1} tenants`)
    const stopped = new Promise<void>(resolve => {
      if (end.signal.aborted) resolve()
      end.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    const idle = options.idleMs === undefined ? stopped : untilIdle(sandbox, options.idleMs, clock, end.signal)
    await Promise.race([stopped, idle.catch(() => undefined)])
  } finally {
    end.abort()
    start?.release()
    await removeState(stateDir, process.pid)
    await sandbox?.close()
    owner.release()
    if (own) await rm(stateDir, { recursive: true, force: true })
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop)
    options.signal?.removeEventListener('abort', stop)
    log('sandbox stopped')
  }
}
