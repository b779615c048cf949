import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock, type Clock } from '../core/clock.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { createSandbox } from './create-sandbox.ts'
import { answers, callControl } from './process/call-control.ts'
import { takeLock, tryLock, type Lock } from './process/exclusive-lock.ts'
import { packageVersion, sourceHash } from './process/source-hash.ts'
import { paths, readState, removeState, writeState, type SandboxState } from './process/state-file.ts'
import { privateFolder } from './server/private-files.ts'
import type { Sandbox } from './server/serve.ts'
import type { SandboxSettings } from './settings.ts'

interface RunOptions {
  readonly stateDir: string
  readonly settings?: SandboxSettings
  /**
   * Started by a person: takes the place of the background one, is what `--tenant sandbox` then means, and never stops
   * by itself. When another such one runs already, this one gets a folder of its own and is nobody's default.
   */
  readonly foreground: boolean
  /** Stops after this long without a request. @default never */
  readonly idleMs?: number
  readonly clock?: Clock
  /** Ends it. SIGINT and SIGTERM do as well. */
  readonly signal?: AbortSignal
  readonly onReady?: (state: SandboxState) => void | Promise<void>
  /** Lines for a log. */
  readonly log?: (line: string) => void
  /** What is served. @default createSandbox */
  readonly create?: typeof createSandbox
}

const waitMs = 20_000

/** The folder to serve from and its lock; the start lock is held until the sandbox can be found. */
const settle = async (options: RunOptions, clock: Clock) => {
  const { stateDir } = options
  const at = paths(stateDir)
  if (!options.foreground) {
    const owner = tryLock(at.ownerLock)
    if (!owner) throw new EntrapipeError('SANDBOX_UNAVAILABLE', `Another sandbox runs in ${stateDir}`)
    return { stateDir, owner, start: undefined as Lock | undefined, own: false }
  }
  const start = await takeLock(at.startLock, clock, waitMs)
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
          `The sandbox in ${stateDir} neither answers nor ends; stop it first`,
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
 * Runs a sandbox in this process until it is told to end: by a signal, by the control endpoint, or by idleness. Its
 * state file stands exactly as long as it answers.
 *
 * @throws EntrapipeError `SANDBOX_UNAVAILABLE` when the folder is another sandbox's
 */
export const runSandbox = async (options: RunOptions): Promise<void> => {
  const clock = options.clock ?? systemClock
  const log = options.log ?? (() => {})
  await privateFolder(options.stateDir)
  const { stateDir, owner, start, own } = await settle(options, clock)
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
    await options.onReady?.(state)
    log(`sandbox ${state.baseUrl} of ${settings.users ?? 100_000} users`)
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
    log('sandbox ended')
  }
}
