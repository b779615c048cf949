import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { systemClock, type Clock } from '../../core/clock.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { privateFolder, readIfThere, writePrivate } from '../server/private-files.ts'
import { sameSettings, type SandboxSettings } from '../settings.ts'
import { answers, callControl } from './call-control.ts'
import { acquireLock, tryLock } from './exclusive-lock.ts'
import { sourceHash } from './source-hash.ts'
import { paths, readState, type SandboxState } from './state-file.ts'

interface EnsureOptions {
  readonly stateDir: string
  readonly settings?: SandboxSettings
  readonly clock?: Clock
  /** A started sandbox stops after this time without a request. @default 600000 */
  readonly idleMs?: number
  /** Longest wait for the sandbox, in total. @default 60000 */
  readonly waitMs?: number
  /** The module that the background process runs. @default `background` in this folder */
  readonly entry?: URL
}

/** The arguments of the background process. They are passed in a file, so that none of them is in its argv. */
export interface Launch {
  readonly stateDir: string
  readonly settings: SandboxSettings
  readonly idleMs: number
}

const here = import.meta.url
const defaultEntry = (): URL => new URL(`./background${here.endsWith('.ts') ? '.ts' : '.js'}`, here)

const unavailable = (message: string, facts: Readonly<Record<string, string | number>> = {}): EntrapipeError =>
  new EntrapipeError('SANDBOX_UNAVAILABLE', message, { facts })

/** Whether a running sandbox can be used. In the foreground it may have any settings, but must run the same code. */
const fits = (state: SandboxState, settings: SandboxSettings): boolean => {
  // Computed on every call: the code may change while a sandbox starts.
  const hash = sourceHash()
  if (!state.foreground) return state.sourceHash === hash && sameSettings(state.settings, settings)
  if (state.sourceHash === hash) return true
  throw unavailable(
    `The sandbox that was started with \`entrapipe sandbox\` (process ${state.pid}) runs another version of the code; stop it and start it again`,
    { pid: state.pid },
  )
}

/** A child process. `ended` is its exit status once it has exited. */
interface Started {
  ended: string | undefined
}
/** The sandbox stopped normally: it was idle, or it was stopped. */
const finished = 'status 0'

/** Starts the detached process with its output in the log, so that it outlives this one and holds none of its pipes. */
const launch = async (options: EnsureOptions, settings: SandboxSettings): Promise<Started> => {
  const at = paths(options.stateDir)
  const launched: Launch = { stateDir: options.stateDir, settings, idleMs: options.idleMs ?? 600_000 }
  await writePrivate(at.launch, JSON.stringify(launched))
  const log = openSync(at.log, 'a', 0o600)
  try {
    const entry = fileURLToPath(options.entry ?? defaultEntry())
    const flags = process.execArgv.filter(flag => /^--(?:conditions|disable-warning|no-warnings)\b/.test(flag))
    // A smaller young generation: with a million users at most 165 MB instead of 228, for a tenth of the speed.
    const child = spawn(
      process.execPath,
      [...flags, '--disable-warning=ExperimentalWarning', '--max-semi-space-size=8', entry, at.launch],
      {
        detached: true,
        stdio: ['ignore', log, log],
        cwd: options.stateDir,
        windowsHide: true,
      },
    )
    const started: Started = { ended: undefined }
    child.once('error', error => (started.ended = error.message))
    child.once('exit', (code, signal) => (started.ended = signal ?? (code === 0 ? finished : `status ${code}`)))
    child.unref()
    return started
  } finally {
    closeSync(log)
  }
}

const lastLines = async (stateDir: string): Promise<string> =>
  ((await readIfThere(paths(stateDir).log)) ?? '').trimEnd().split('\n').slice(-3).join(' | ')

/**
 * Returns the sandbox of the state folder, and starts it if necessary. All processes that use the folder share it. A sandbox
 * with other settings or other code is replaced. Safe to call from several processes at once.
 *
 * @throws EntrapipeError `SANDBOX_UNAVAILABLE` when it does not start in time; the message contains the last lines of the log
 */
export const ensureSandbox = async (options: EnsureOptions): Promise<SandboxState> => {
  const { stateDir, settings = {}, clock = systemClock, waitMs = 60_000 } = options
  const at = paths(stateDir)
  await privateFolder(stateDir)
  const there = await readState(stateDir)
  if (there && (await answers(there)) && fits(there, settings)) return there

  const lock = await acquireLock(at.startLock, clock, waitMs)
  try {
    let started: Started | undefined
    for (const until = clock.now() + waitMs; clock.now() < until; await clock.sleep(25)) {
      const state = await readState(stateDir)
      if (state && (await answers(state))) {
        if (fits(state, settings)) return state
        await callControl(state, 'POST', '/stop').catch(() => undefined)
        continue
      }
      if (started && !started.ended) continue
      // A locked folder means that a sandbox is starting or stopping: check again.
      const owner = tryLock(at.ownerLock)
      if (!owner) {
        started = undefined
        continue
      }
      owner.release()
      if (started?.ended && started.ended !== finished)
        throw unavailable(
          `The sandbox failed to start: it exited with ${started.ended}. Last lines of its log ${at.log}: ${await lastLines(stateDir)}`,
        )
      await rm(at.state, { force: true })
      started = await launch(options, settings)
    }
    throw unavailable(
      `The sandbox did not answer within ${Math.round(waitMs / 1000)} seconds; see its log ${at.log}, or run \`entrapipe sandbox stop\` and try again`,
    )
  } finally {
    lock.release()
  }
}
