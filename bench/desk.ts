import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LicenceSettings } from '../src/sandbox/directory/licences/settings.ts'
import { measure, type Measured } from './measure.ts'

/** What starts entrapipe. */
export const program = fileURLToPath(new URL('../bin/entrapipe.js', import.meta.url))

/** A folder whose `--tenant sandbox` is a sandbox of its own. */
export interface Desk {
  readonly folder: string
  control<T>(method: string, path: string, body?: unknown): Promise<T>
  run(args: readonly string[]): Promise<Measured>
}

interface DeskOptions {
  readonly users: number
  /** How much faster than Graph's the quotas refill; 0 without quotas. */
  readonly timeScale: number
  readonly writeMs: number
  /** Products of the tenant, and who has them. */
  readonly licences?: LicenceSettings
}

/** Starts a sandbox in a process of its own, and a folder whose `--tenant sandbox` it is. */
export const withDesk = async <T>(options: DeskOptions, work: (desk: Desk) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'entrapipe-bench-changes-'))
  const env = { ENTRAPIPE_STORE: join(folder, 'store') }
  // A client keeps to the documented quotas, whether they are enforced or not.
  const quotas =
    options.timeScale > 0
      ? ['--throttle', 'real', '--time-scale', String(options.timeScale)]
      : ['--time-scale', '100000']
  const licences = join(folder, 'licences.json')
  if (options.licences) writeFileSync(licences, JSON.stringify(options.licences))
  const child: ChildProcess = spawn(
    process.execPath,
    [
      program,
      'sandbox',
      '--users',
      String(options.users),
      '--http',
      '--json',
      ...quotas,
      ...(options.licences ? ['--licences', licences] : []),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } },
  )
  try {
    await once(child.stdout!, 'data')
    const state = JSON.parse(readFileSync(join(folder, 'store/sandbox/sandbox.json'), 'utf8')) as Record<string, string>
    const control = async <R>(method: string, path: string, body?: unknown): Promise<R> => {
      const reply = await fetch(`${state['controlUrl']}${path}`, {
        method,
        headers: { 'x-sandbox-key': state['controlKey']!, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`)
      return (await reply.json()) as R
    }
    await control('PUT', '/knobs', { writeMs: options.writeMs, gzip: false })
    return await work({
      folder,
      control,
      run: args => measure([program, ...args, '--tenant', 'sandbox'], env, folder, [0, 3]),
    })
  } finally {
    const ended = once(child, 'close')
    child.kill()
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
}
