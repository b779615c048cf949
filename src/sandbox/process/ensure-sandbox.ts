import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { systemClock, type Clock } from '../../core/clock.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { privateFolder, readIfThere, writePrivate } from '../server/private-files.ts'
import { sameSettings, type SandboxSettings } from '../settings.ts'
import { answers, callControl } from './call-control.ts'
import { takeLock, tryLock } from './exclusive-lock.ts'
import { sourceHash } from './source-hash.ts'
import { paths, readState, type SandboxState } from './state-file.ts'

interface EnsureOptions {
  readonly stateDir: string
  readonly settings?: SandboxSettings
  readonly clock?: Clock
  /** How long a started sandbox waits without a request before it stops. @default 600000 */
  readonly idleMs?: number
  /** How long to wait for it, in all. @default 60000 */
  readonly waitMs?: number
  /** The module that the background process runs. @default `background` beside this one */
  readonly entry?: URL
}

/** What the background process is told, through a file: nothing of it stands in its argv. */
export interface Launch {
  readonly stateDir: string
  readonly settings: SandboxSettings
  readonly idleMs: number
}

const here = import.meta.url
const defaultEntry = (): URL => new URL(`./background${here.endsWith('.ts') ? '.ts' : '.js'}`, here)

const unavailable = (message: string, facts: Readonly<Record<string, string | number>> = {}): EntrapipeError =>
  new EntrapipeError('SANDBOX_UNAVAILABLE', message, { facts })

/** Whether a running sandbox is the one that is wanted. A person's own is, whatever its settings; its code has to be ours. */
const fits = (state: SandboxState, settings: SandboxSettings): boolean => {
  // Read anew each time: the code may change while a sandbox comes up.
  const hash = sourceHash()
  if (!state.foreground) return state.sourceHash === hash && sameSettings(state.settings, settings)
  if (state.sourceHash === hash) return true
  throw unavailable(
    `The sandbox that was started with \`entrapipe sandbox\` (process ${state.pid}) runs other code than this; stop it and start it again`,
    { pid: state.pid },
  )
}

/** A child process; `ended` says how, once it has. */
interface Started {
  ended: string | undefined
}
/** It ran, and stopped as it should: idle, or told to. */
const finished = 'status 0'

/** Starts the process, detached, its output in the log: it outlives this one and holds none of its pipes. */
const launch = async (options: EnsureOptions, settings: SandboxSettings): Promise<Started> => {
  const at = paths(options.stateDir)
  const told: Launch = { stateDir: options.stateDir, settings, idleMs: options.idleMs ?? 600_000 }
  await writePrivate(at.launch, JSON.stringify(told))
  const log = openSync(at.log, 'a', 0o600)
  try {
    const entry = fileURLToPath(options.entry ?? defaultEntry())
    const flags = process.execArgv.filter(flag => /^--(?:conditions|disable-warning|no-warnings)\b/.test(flag))
    // A smaller young generation: at a million users 165 MB at the most instead of 228, for a tenth of the speed.
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
 * Finds the state folder's sandbox, or starts it: one process for all who use the folder. One of other settings or
 * other code is replaced; one that is just stopping is waited for. Any number of processes may ask at once.
 *
 * @throws EntrapipeError `SANDBOX_UNAVAILABLE` when it cannot be started in time; the message names the log's last lines
 */
export const ensureSandbox = async (options: EnsureOptions): Promise<SandboxState> => {
  const { stateDir, settings = {}, clock = systemClock, waitMs = 60_000 } = options
  const at = paths(stateDir)
  await privateFolder(stateDir)
  const there = await readState(stateDir)
  if (there && (await answers(there)) && fits(there, settings)) return there

  const lock = await takeLock(at.startLock, clock, waitMs)
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
      // While somebody owns the folder a sandbox is coming up or going down: look again.
      const owner = tryLock(at.ownerLock)
      if (!owner) {
        started = undefined
        continue
      }
      owner.release()
      if (started?.ended && started.ended !== finished)
        throw unavailable(
          `The sandbox did not start: it ended with ${started.ended}. Its log ${at.log} ends: ${await lastLines(stateDir)}`,
        )
      await rm(at.state, { force: true })
      started = await launch(options, settings)
    }
    throw unavailable(
      `The sandbox did not answer within ${Math.round(waitMs / 1000)} seconds; its log is ${at.log}. Try \`entrapipe sandbox stop\` first`,
    )
  } finally {
    lock.release()
  }
}
