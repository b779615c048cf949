import t from 'tap'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../../../src/core/clock.ts'
import { resetSandbox, sandboxStatus, stopSandbox } from '../../../src/sandbox/process/commands.ts'
import { ensureSandbox } from '../../../src/sandbox/process/ensure-sandbox.ts'
import { tryLock } from '../../../src/sandbox/process/exclusive-lock.ts'

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const entry = new URL('./fake-background.ts', import.meta.url)
const flags = ['--disable-warning=ExperimentalWarning']

/** A state folder. Its sandbox is stopped when the test ends. */
const folder = (t: { testdir(): string; teardown(run: () => unknown): void }) => {
  // Registered before `testdir`, so that the sandbox is stopped before the folder is removed.
  let stateDir = ''
  t.teardown(() => stopSandbox(stateDir))
  stateDir = t.testdir()
  return stateDir
}

const start = async (script: string, ...args: string[]) => {
  const child = spawn(process.execPath, [...flags, file(script), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.on('data', piece => (out += piece))
  const ended = once(child, 'exit').then(([code]) => ({ code, out: out.trim() }))
  return { child, ended, output: () => out }
}

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    // The process does not exist.
    return false
  }
}

const gone = async (pid: number): Promise<void> => {
  while (alive(pid)) await systemClock.sleep(10)
}

t.test('five concurrent processes share one sandbox, which outlives them', async t => {
  const stateDir = folder(t)
  const starters = await Promise.all(Array.from({ length: 5 }, () => start('./starter.ts', stateDir)))
  const ended = await Promise.all(starters.map(starter => starter.ended))
  t.strictSame([...new Set(ended.map(end => end.code))], [0])
  const pids = new Set(ended.map(end => end.out))
  t.equal(pids.size, 1)
  t.equal(String((await sandboxStatus(stateDir))?.pid), [...pids][0])
})

t.test('equal settings use the running sandbox, other settings replace it', async t => {
  const stateDir = folder(t)
  const first = await ensureSandbox({ stateDir, entry, settings: { users: 10 } })
  const second = await ensureSandbox({ stateDir, entry, settings: { users: 10, seed: 1 } })
  t.equal(second.pid, first.pid)
  const third = await ensureSandbox({ stateDir, entry, settings: { users: 20 } })
  t.not(third.pid, first.pid)
  await gone(first.pid)
  t.strictSame(third.settings, { users: 20 })
})

t.test('only the owner can read the state file, and it is removed when the sandbox stops', async t => {
  const stateDir = folder(t)
  const state = await ensureSandbox({ stateDir, entry })
  const path = join(stateDir, 'sandbox.json')
  t.equal(statSync(path).mode & 0o777, 0o600)
  t.equal(statSync(stateDir).mode & 0o777, 0o700)
  t.equal(await stopSandbox(stateDir), true)
  await gone(state.pid)
  t.throws(() => statSync(path), { code: 'ENOENT' })
  t.equal(await sandboxStatus(stateDir), undefined)
  t.equal(await stopSandbox(stateDir), false)
})

t.test('a killed sandbox leaves its state file behind and is replaced', async t => {
  const stateDir = folder(t)
  const first = await ensureSandbox({ stateDir, entry })
  process.kill(first.pid, 'SIGKILL')
  await gone(first.pid)
  const second = await ensureSandbox({ stateDir, entry })
  t.not(second.pid, first.pid)
})

t.test('a lock is released when its process ends, also by kill -9', async t => {
  const path = join(t.testdir(), 'start.lock')
  const holder = spawn(
    process.execPath,
    [
      ...flags,
      '--input-type=module',
      '-e',
      `import { tryLock } from ${JSON.stringify(file('../../../src/sandbox/process/exclusive-lock.ts'))}; tryLock(${JSON.stringify(path)}); console.log('held'); setInterval(() => {}, 1000)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  await once(holder.stdout, 'data')
  t.equal(tryLock(path), undefined)
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  const lock = tryLock(path)
  t.ok(lock)
  lock?.release()
})

t.test('a process killed while it starts a sandbox does not block the next one', async t => {
  const stateDir = folder(t)
  const { child, ended } = await start('./starter.ts', stateDir)
  while (!statSync(join(stateDir, 'launch.json'), { throwIfNoEntry: false })) await systemClock.sleep(5)
  child.kill('SIGKILL')
  await ended
  const state = await ensureSandbox({ stateDir, entry })
  t.equal((await sandboxStatus(stateDir))?.pid, state.pid)
})

t.test('an idle sandbox stops', async t => {
  const stateDir = folder(t)
  const state = await ensureSandbox({ stateDir, entry, idleMs: 300 })
  await gone(state.pid)
  t.equal(await sandboxStatus(stateDir), undefined)
})

t.test('a sandbox of older code is replaced', async t => {
  const stateDir = folder(t)
  const first = await ensureSandbox({ stateDir, entry })
  const path = join(stateDir, 'sandbox.json')
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), sourceHash: 'old' }))
  const second = await ensureSandbox({ stateDir, entry })
  t.not(second.pid, first.pid)
})

t.test('a foreground sandbox is used whatever its settings, and replaces the background one', async t => {
  const stateDir = folder(t)
  const background = await ensureSandbox({ stateDir, entry })
  const launch = join(stateDir, 'mine.json')
  writeFileSync(launch, JSON.stringify({ stateDir, settings: { users: 77 } }))
  const { child, ended, output } = await start('./fake-background.ts', launch, 'foreground')
  while (!output().includes('ready')) await systemClock.sleep(10)
  await gone(background.pid)
  const found = await ensureSandbox({ stateDir, entry, settings: { users: 5 } })
  t.equal(found.pid, child.pid)
  t.equal(found.foreground, true)
  child.kill('SIGTERM')
  t.strictSame((await ended).code, 0)
  t.equal(await sandboxStatus(stateDir), undefined)
})

t.test('a second foreground sandbox gets its own folder and is not the default', async t => {
  const stateDir = folder(t)
  const launch = join(stateDir, 'mine.json')
  writeFileSync(launch, JSON.stringify({ stateDir }))
  const first = await start('./fake-background.ts', launch, 'foreground')
  while (!first.output().includes('ready')) await systemClock.sleep(10)
  const second = await start('./fake-background.ts', launch, 'foreground')
  while (!second.output().includes('ready')) await systemClock.sleep(10)
  t.equal((await sandboxStatus(stateDir))?.pid, first.child.pid)
  const own = join(stateDir, 'instances', String(second.child.pid))
  t.equal((await sandboxStatus(own))?.pid, second.child.pid)
  second.child.kill('SIGINT')
  t.equal((await second.ended).code, 0)
  t.throws(() => statSync(own), { code: 'ENOENT' })
})

t.test('a failed start is reported with the last lines of the log', async t => {
  const stateDir = t.testdir()
  await t.rejects(ensureSandbox({ stateDir, entry: new URL('./no-such-entry.ts', import.meta.url) }), {
    code: 'SANDBOX_UNAVAILABLE',
    message: /failed to start: it exited with status 1\. Last lines of its log .*: .*/s,
  })
})

t.test('reset deletes all state', async t => {
  const stateDir = folder(t)
  const { secretFile } = await ensureSandbox({ stateDir, entry })
  const secret = readFileSync(secretFile, 'utf8')
  await resetSandbox(stateDir)
  t.throws(() => statSync(secretFile), { code: 'ENOENT' })
  await ensureSandbox({ stateDir, entry })
  t.not(readFileSync(secretFile, 'utf8'), secret)
})
