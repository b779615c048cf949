import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock, type Clock } from '../../core/clock.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { privateFolder } from '../server/private-files.ts'
import { answers, callControl } from './call-control.ts'
import { acquireLock, tryLock } from './exclusive-lock.ts'
import { paths, readState, type SandboxState } from './state-file.ts'

/** Returns the running sandbox of a state folder, if any. */
export const sandboxStatus = async (stateDir: string): Promise<SandboxState | undefined> => {
  const state = await readState(stateDir)
  return state && (await answers(state)) ? state : undefined
}

const waitMs = 20_000

const stopUnderLock = async (stateDir: string, clock: Clock): Promise<boolean> => {
  let wasRunning = false
  for (const until = clock.now() + waitMs; clock.now() < until; await clock.sleep(25)) {
    const owner = tryLock(paths(stateDir).ownerLock)
    if (owner) {
      owner.release()
      return wasRunning
    }
    const state = await sandboxStatus(stateDir)
    if (state) await callControl(state, 'POST', '/stop').catch(() => undefined)
    wasRunning = true
  }
  const state = await readState(stateDir)
  throw new EntrapipeError(
    'SANDBOX_UNAVAILABLE',
    state ? `The sandbox did not stop; kill process ${state.pid}` : 'The sandbox did not stop; kill its process',
    {
      facts: { pid: state?.pid },
    },
  )
}

/** Stops the sandbox of the folder, also in the foreground, and waits until it has exited. Returns false if none was running. */
export const stopSandbox = async (stateDir: string, clock: Clock = systemClock): Promise<boolean> => {
  await privateFolder(stateDir)
  const lock = await acquireLock(paths(stateDir).startLock, clock, waitMs)
  try {
    return await stopUnderLock(stateDir, clock)
  } finally {
    lock.release()
  }
}

/** Stops the folder's sandbox and deletes its state: changes, secrets, certificates. */
export const resetSandbox = async (stateDir: string, clock: Clock = systemClock): Promise<void> => {
  await privateFolder(stateDir)
  const lock = await acquireLock(paths(stateDir).startLock, clock, waitMs)
  try {
    await stopUnderLock(stateDir, clock)
    for (const name of await readdir(stateDir))
      // Keep the lock files: a waiting process has them open. Other sandboxes use the instances.
      if (name !== 'instances' && !/\.lock(?:-journal)?$/.test(name))
        await rm(join(stateDir, name), { recursive: true, force: true })
  } finally {
    lock.release()
  }
}
